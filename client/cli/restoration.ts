/** What a copy of the table, of an earlier time, can give back to the table: a decision for each item. */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type Connection, isConnected } from "../../functions/domain/connection.js";
import { fromItem, type Item, toAttribute } from "../../functions/domain/connection-item.js";
import { CAPACITY_ITEM, HOLDER_ITEM } from "../../functions/domain/names.js";

/**
 * What becomes of an item of the copy:
 * - `missing`: the table has no such item, and gets it back
 * - `earlier`: the table has a version from before the copy, and gets the copy's
 * - `overwritten`: the operator says that the table's version is damaged, and it gets the copy's
 * - `incomplete`: the table's item lacks some of what the copy's lists, and gets it
 * - `kept`: the table has the same or a later version, and keeps it
 * - `over`: the item's time is over, and it stays away
 */
export type Fate = "missing" | "earlier" | "overwritten" | "incomplete" | "kept" | "over";

export interface Restoration {
  readonly fate: Fate;
  /** What to write in the replica of the item's region, if anything. */
  readonly item?: Readonly<Record<string, AttributeValue>>;
}

export interface Circumstances {
  /** The table's version of the item; undefined if it has none. */
  readonly present: Item | undefined;
  /** Whether the operator has named the item as damaged. */
  readonly isDamaged: boolean;
  readonly now: Date;
}

/**
 * More writes than there can have been between the copy, which is 35 days old at most, and now: a record that was lost may have had any revision
 * by then, and applications ignore events of a lower one than they have seen.
 */
const REVISION_LEAP = 10_000;

/** Decides on one item of the copy. A pure function, so that a trial shows what will be done. */
export function restorationOf(copy: Item, { present, isDamaged, now }: Circumstances): Restoration {
  // It is measured anew every hour.
  if (copy.item?.S === CAPACITY_ITEM) return { fate: "kept" };
  if (present && copy.item?.S === HOLDER_ITEM) return unionOf(copy, present);
  const connection = fromItem(copy);
  if (present) {
    // Nothing else in the table is ever changed: see Connection.revision.
    if (!connection) return { fate: "kept" };
    const fate = isDamaged ? "overwritten" : revisionOf(present) < revisionOf(copy) ? "earlier" : "kept";
    return fate === "kept" ? { fate } : { fate, item: restored(copy, connection, present, now) };
  }
  if (Number(copy.deleteAfter?.N ?? Number.POSITIVE_INFINITY) * 1000 <= now.getTime())
    return { fate: "over" };
  return { fate: "missing", item: connection ? restored(copy, connection, undefined, now) : copy };
}

/** A condition that holds as long as the table's item is as it was read. */
export function asItWas(present: Item | undefined) {
  if (!present) return { ConditionExpression: "attribute_not_exists(externalId)" };
  if (!present.revision) return { ConditionExpression: "attribute_not_exists(revision)" };
  return {
    ConditionExpression: "revision = :seen",
    ExpressionAttributeValues: { ":seen": present.revision },
  };
}

/** A connection as it goes back: with a revision that it never had, and due to be probed, because the role is the truth. */
function restored(copy: Item, connection: Connection, present: Item | undefined, now: Date): Item {
  const revision = Math.max(revisionOf(copy), revisionOf(present)) + REVISION_LEAP;
  return {
    ...copy,
    revision: toAttribute(revision),
    ...((isConnected(connection) || copy.nextProbeAt) && { nextProbeAt: toAttribute(now.toISOString()) }),
  };
}

/** Of a holder's connections too many may be listed, but none may be missing: see functions/url-generator/holders.ts. */
function unionOf(copy: Item, present: Item): Restoration {
  const [listed, known] = [copy, present].map(({ externalIds }) => externalIds?.SS ?? []);
  const all = new Set([...(known ?? []), ...(listed ?? [])]);
  if (all.size === known?.length) return { fate: "kept" };
  const item = {
    ...present,
    externalIds: toAttribute([...all]),
    revision: toAttribute(revisionOf(present) + 1),
  };
  return { fate: "incomplete", item };
}

/** 0 for an item without one. */
function revisionOf(item: Item | undefined): number {
  return Number(item?.revision?.N ?? 0);
}
