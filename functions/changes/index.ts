/**
 * The handler of the changes function, the one reader of its region's stream: it keeps the history of each connection, publishes changes of
 * status, and removes the statement of a connection that ended. The stream has every write, whoever made it, so nothing is missing from the
 * history, and no request waits for it.
 */
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { SNSClient } from "@aws-sdk/client-sns";
import type { Context, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { Topic } from "../aws/topic.js";
import { fromItem, type Item } from "../domain/connection-item.js";
import { ConnectionRepository } from "../domain/connection-repository.js";
import { regionOfExternalId } from "../domain/external-id.js";
import { historyItemOf, toHistoryItem } from "../domain/history.js";
import { timeLimits } from "../runtime/time-limits.js";
import { endingSoon, organizationStatus, statusChange, templateOutdated } from "./announcements.js";
import { type Dependencies, removeEndedStatements } from "./ended-statements.js";
import { ENDING_SOON_DETAIL_TYPE } from "./ending-soon.js";
import { readChangesEnvironment } from "./environment.js";
import { type Change, historyEntry } from "./history-events.js";
import { ORGANIZATION_DETAIL_TYPE } from "./organization-status.js";
import { DETAIL_TYPE } from "./status-change.js";
import { ChangesTelemetry } from "./telemetry.js";
import { TEMPLATE_OUTDATED_DETAIL_TYPE } from "./template-outdated.js";

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

/** PutEvents takes no more at once. */
const MAX_EVENTS = 10;

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
      for (const record of own) await addToHistory(record);
      await publish(own.flatMap(eventsOf));
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

/** What a record of the stream says. */
function told(record: DynamoDBRecord) {
  const { dynamodb, eventID } = record;
  const seconds = dynamodb?.ApproximateCreationDateTime ?? Date.now() / 1000;
  return {
    externalId: dynamodb?.Keys?.externalId?.S ?? "",
    change: changeOf(record),
    sequence: dynamodb?.SequenceNumber ?? eventID ?? "",
    seconds,
    at: new Date(seconds * 1000).toISOString(),
  };
}

async function addToHistory(record: DynamoDBRecord): Promise<void> {
  const { externalId, change, sequence, seconds, at } = told(record);
  const entry = historyEntry(change, at);
  if (!entry) return;
  const item = historyItemOf(at, sequence.padStart(SEQUENCE_DIGITS, "0"));
  const deleteAfter = Math.ceil(seconds) + Number(HISTORY_DAYS) * DAY_SECONDS;
  await dynamoDB.send(
    new PutItemCommand({ TableName: TABLE_NAME, Item: toHistoryItem(externalId, item, entry, deleteAfter) }),
  );
}

/** An event to publish, and what is said of it once the bus has it. */
interface Announcement {
  readonly entry: PutEventsRequestEntry;
  readonly note: () => void;
}

/** What applications are to hear of a change. */
function eventsOf(record: DynamoDBRecord): Announcement[] {
  const { change, at } = told(record);
  const announcement = <Detail>(type: string, detail: Detail, note: (detail: Detail) => void, time = at) => ({
    entry: { Source: EVENT_SOURCE, DetailType: type, Detail: JSON.stringify(detail), Time: new Date(time) },
    note: () => note(detail),
  });
  const changed = statusChange(change, at);
  const ending = endingSoon(change);
  const outdated = templateOutdated(change);
  const organization = organizationStatus(change);
  return [
    ...(changed
      ? [announcement(DETAIL_TYPE, changed, (one) => telemetry.published(one), changed.statusChangedAt)]
      : []),
    ...(ending ? [announcement(ENDING_SOON_DETAIL_TYPE, ending, (one) => telemetry.warned(one))] : []),
    ...(outdated
      ? [announcement(TEMPLATE_OUTDATED_DETAIL_TYPE, outdated, (one) => telemetry.foundOutdated(one))]
      : []),
    ...(organization ? [announcement(ORGANIZATION_DETAIL_TYPE, organization, () => {})] : []),
  ];
}

/** In calls of as many events as one takes: thousands of an organization's accounts change at once. */
async function publish(announcements: readonly Announcement[]): Promise<void> {
  for (let start = 0; start < announcements.length; start += MAX_EVENTS) {
    const some = announcements.slice(start, start + MAX_EVENTS);
    const { Entries } = await eventBridge.send(
      new PutEventsCommand({ Entries: some.map(({ entry }) => entry) }),
    );
    // The call succeeds even where the bus did not take an event.
    const failed = Entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
    if (failed) throw new Error(`The event bus did not take an event: ${failed.ErrorCode}.`);
    for (const { note } of some) note();
  }
}
