/**
 * The handler of the changes function, the one reader of its region's stream: it keeps the history of each connection, publishes changes of
 * status, and removes the statement of a connection that ended. The stream has every write, whoever made it, so nothing is missing from the
 * history, and no request waits for it.
 */
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { SNSClient } from "@aws-sdk/client-sns";
import type { Context, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { Topic } from "../aws/topic.js";
import { fromItem, type Item } from "../domain/connection-item.js";
import { ConnectionRepository } from "../domain/connection-repository.js";
import { regionOfExternalId } from "../domain/external-id.js";
import { historyItemOf, toHistoryItem } from "../domain/history.js";
import { timeLimits } from "../runtime/time-limits.js";
import { endingSoon, statusChange, templateOutdated } from "./announcements.js";
import { type Dependencies, removeEndedStatements } from "./ended-statements.js";
import { ENDING_SOON_DETAIL_TYPE, type EndingSoon } from "./ending-soon.js";
import { readChangesEnvironment } from "./environment.js";
import { type Change, historyEntry } from "./history-events.js";
import { DETAIL_TYPE, type StatusChange } from "./status-change.js";
import { ChangesTelemetry } from "./telemetry.js";
import { TEMPLATE_OUTDATED_DETAIL_TYPE, type TemplateOutdated } from "./template-outdated.js";

const { AWS_REGION, TABLE_NAME, HISTORY_DAYS, HOME_REGION, EVENT_SOURCE } = readChangesEnvironment();

const dynamoDB = new DynamoDBClient({ requestHandler: timeLimits() });
const eventBridge = new EventBridgeClient({ region: HOME_REGION, requestHandler: timeLimits() });
const sns = new SNSClient({ requestHandler: timeLimits() });
const telemetry = new ChangesTelemetry();

const statements: Dependencies = {
  connections: new ConnectionRepository(dynamoDB, TABLE_NAME),
  topic: (arn) => new Topic(sns, arn),
  telemetry,
  now: () => new Date(),
};

const DAY_SECONDS = 24 * 60 * 60;

/** A sequence number has up to 40 digits; padded with zeros, strings sort as the numbers do. */
const SEQUENCE_DIGITS = 40;

/** What the removal of one statement takes at most while SNS or DynamoDB hangs: three calls of three tries each. */
const REMOVAL_MILLISECONDS = 40_000;

/**
 * Handles changes in order, and beside that the statements, so that neither work waits for the other or is lost with it.
 * @throws Error if a change could not be recorded or published: Lambda delivers the whole batch again. What was done already is then done
 * once more, with the same key in the history and the same revision in the event
 */
export async function handler({ Records }: DynamoDBStreamEvent, context: Context): Promise<void> {
  const own = Records.filter(isOwn);
  const connections = own.flatMap((record) => changeOf(record).after ?? []);
  const hasTime = () => context.getRemainingTimeInMillis() > REMOVAL_MILLISECONDS;
  await telemetry.publishAfter(async () => {
    const removal = removeEndedStatements(connections, hasTime, statements);
    try {
      for (const record of own) await tell(record);
    } catch (error) {
      telemetry.error(error);
      throw error;
    } finally {
      await removal;
    }
  });
}

/**
 * The filter of the event source mapping sees to this, too. A history must never get a history, and a region's stream carries the items of
 * all regions.
 */
function isOwn({ dynamodb }: DynamoDBRecord): boolean {
  const { externalId, item } = dynamodb?.Keys ?? {};
  return item?.S === "connection" && regionOfExternalId(externalId?.S ?? "") === AWS_REGION;
}

function changeOf({ dynamodb }: DynamoDBRecord): Change {
  return {
    before: fromItem(dynamodb?.OldImage as Item | undefined),
    after: fromItem(dynamodb?.NewImage as Item | undefined),
  };
}

/** Adds a change to the history, and publishes what applications are to hear of it. */
async function tell(record: DynamoDBRecord): Promise<void> {
  const { dynamodb, eventID } = record;
  const externalId = dynamodb?.Keys?.externalId?.S ?? "";
  const change = changeOf(record);
  const sequence = dynamodb?.SequenceNumber ?? eventID ?? "";
  const seconds = dynamodb?.ApproximateCreationDateTime ?? Date.now() / 1000;
  await addToHistory(externalId, change, seconds, sequence);
  const at = new Date(seconds * 1000).toISOString();
  const changed = statusChange(change, at);
  if (changed) {
    await publish(DETAIL_TYPE, changed, changed.statusChangedAt);
    telemetry.published(changed);
  }
  const ending = endingSoon(change);
  if (ending) {
    await publish(ENDING_SOON_DETAIL_TYPE, ending, at);
    telemetry.warned(ending);
  }
  const outdated = templateOutdated(change);
  if (outdated) {
    await publish(TEMPLATE_OUTDATED_DETAIL_TYPE, outdated, at);
    telemetry.foundOutdated(outdated);
  }
}

/** @param seconds when it changed, since 1970 */
async function addToHistory(
  externalId: string,
  change: Change,
  seconds: number,
  sequence: string,
): Promise<void> {
  const at = new Date(seconds * 1000).toISOString();
  const entry = historyEntry(change, at);
  if (!entry) return;
  const item = historyItemOf(at, sequence.padStart(SEQUENCE_DIGITS, "0"));
  const deleteAfter = Math.ceil(seconds) + Number(HISTORY_DAYS) * DAY_SECONDS;
  await dynamoDB.send(
    new PutItemCommand({ TableName: TABLE_NAME, Item: toHistoryItem(externalId, item, entry, deleteAfter) }),
  );
}

async function publish(
  DetailType: string,
  detail: StatusChange | EndingSoon | TemplateOutdated,
  time: string,
): Promise<void> {
  const { Entries } = await eventBridge.send(
    new PutEventsCommand({
      Entries: [
        {
          Source: EVENT_SOURCE,
          DetailType,
          Detail: JSON.stringify(detail),
          Time: new Date(time),
        },
      ],
    }),
  );
  // The call succeeds even where the bus did not take the event.
  const failed = Entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
  if (failed) throw new Error(`The event bus did not take the event: ${failed.ErrorCode}.`);
}
