/**
 * The events function as it is deployed: driven by its region's stream. Whoever changes a connection, and however, the stream
 * has it: so nothing is missing from the history, nobody who waits for an answer waits for it, and there is one place that tells.
 */
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { fromItem, regionOfExternalId } from "../domain/connection.js";
import { historyItemOf, toHistoryItem } from "../domain/history.js";
import { readChangesEnvironment } from "./environment.js";
import { type Change, historyEntry, statusChange } from "./history-events.js";
import { DETAIL_TYPE } from "./status-change.js";
import { publishMetrics, telemetry } from "./telemetry.js";

const { AWS_REGION, TABLE_NAME, HISTORY_DAYS, HOME_REGION, EVENT_SOURCE } = readChangesEnvironment();

const dynamoDB = new DynamoDBClient();
const eventBridge = new EventBridgeClient({ region: HOME_REGION });

const DAY_SECONDS = 24 * 60 * 60;

/** A sequence number has up to 40 digits; with zeros in front, texts sort as the numbers do. */
const SEQUENCE_DIGITS = 40;

/**
 * Handles changes in their order.
 * @throws Error if one could not be told: Lambda gives the whole batch again, in which what was done is done once more, with the
 * same keys in the history and the same revision in the event
 */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<void> {
  try {
    for (const record of Records) await handle(record);
  } catch (error) {
    telemetry.trouble(error);
    throw error;
  } finally {
    publishMetrics();
  }
}

async function handle({ dynamodb, ...record }: DynamoDBRecord): Promise<void> {
  const externalId = dynamodb?.Keys?.externalId?.S;
  // The mapping's filter has seen to this already. History must never have a history, and a region's stream carries all regions.
  const isOwn =
    externalId !== undefined &&
    dynamodb?.Keys?.item?.S === "connection" &&
    regionOfExternalId(externalId) === AWS_REGION;
  if (!isOwn) return;
  const change: Change = { before: read(dynamodb?.OldImage), after: read(dynamodb?.NewImage) };
  const seconds = dynamodb?.ApproximateCreationDateTime ?? Date.now() / 1000;
  const at = new Date(seconds * 1000).toISOString();

  const entry = historyEntry(change, at);
  if (entry) {
    const sequence = (dynamodb?.SequenceNumber ?? record.eventID ?? "").padStart(SEQUENCE_DIGITS, "0");
    const deleteAfter = Math.ceil(seconds) + Number(HISTORY_DAYS) * DAY_SECONDS;
    await dynamoDB.send(
      new PutItemCommand({
        TableName: TABLE_NAME,
        Item: toHistoryItem(externalId, historyItemOf(at, sequence), entry, deleteAfter),
      }),
    );
  }

  const detail = statusChange(change);
  if (detail) {
    const { Entries } = await eventBridge.send(
      new PutEventsCommand({
        Entries: [
          {
            Source: EVENT_SOURCE,
            DetailType: DETAIL_TYPE,
            Detail: JSON.stringify(detail),
            Time: new Date(detail.statusChangedAt),
          },
        ],
      }),
    );
    // The call succeeds even where the bus did not take the event.
    const refused = Entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
    if (refused) throw new Error(`The event bus did not take the event: ${refused.ErrorCode}.`);
    telemetry.told(detail);
  }
}

function read(image: unknown) {
  return image === undefined ? undefined : fromItem(image as Parameters<typeof fromItem>[0]);
}
