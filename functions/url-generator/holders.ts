/**
 * Who holds statements of a region's topics: a tenant, and a tenant's account. Each of them is an item in the region's replica with the external
 * IDs of its connections, which is written in the same transaction as the connection, so that a limit holds under any number of requests at once.
 *
 * An external ID stays in an item although its statement is gone: only when there seem to be too many are the connections themselves read.
 * Nobody has to take anything back, and nothing that breaks off can leave a count that is wrong.
 */
import { createHash } from "node:crypto";
import type { AttributeValue, TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Connection } from "../domain/connection.js";
import { type Item, toAttribute } from "../domain/connection-item.js";
import { HOLDER_ITEM, holderKey } from "../domain/names.js";

/** What a limit is for. */
export interface Holder {
  readonly key: Readonly<Record<string, AttributeValue>>;
  /** So many external IDs may be in its item before the connections have to be read. */
  readonly unread: number;
}

/** An item of a holder as it was read, and those of its connections that still count. */
export interface HolderItem {
  readonly externalIds: readonly string[];
  readonly revision: number;
}

/** DynamoDB's TTL removes the item of a holder who asked for no link for ten years, in days. */
const RETENTION_DAYS = 3650;

type Owner = Pick<Connection, "region" | "tenant" | "accountId">;

/** The account of a tenant: another tenant's connections of the same account are not its own. */
export function accountHolder({ region, tenant, accountId }: Owner): Holder {
  // The second link already needs a look at the first: its stack decides on the topic.
  return { key: keyOf(region, [tenant, accountId]), unread: 0 };
}

export function tenantHolder({ region, tenant }: Owner, limit: number): Holder {
  return { key: keyOf(region, [tenant]), unread: limit - 1 };
}

/** @param values hashed, because a tenant's name can be anything */
function keyOf(region: string, values: readonly string[]): Holder["key"] {
  const hash = createHash("sha256").update(JSON.stringify(values)).digest("hex");
  return { externalId: { S: holderKey(region, hash) }, item: { S: HOLDER_ITEM } };
}

/** An item that a failed condition returned. @returns undefined for none */
export function toHolderItem(item: Item | undefined): HolderItem | undefined {
  return item && { externalIds: item.externalIds?.SS ?? [], revision: Number(item.revision?.N) };
}

/** What is added to a holder's item. */
export interface Addition {
  readonly externalId: string;
  readonly now: Date;
  /** The item as it was read, with those external IDs alone that still count; undefined where it seems to have few. */
  readonly counting: HolderItem | undefined;
}

/**
 * Adds a connection to its holder's item. The condition is met by an item with few external IDs, and by one that is still as it was read.
 */
export function addTo(
  TableName: string,
  { key, unread }: Holder,
  { externalId, now, counting }: Addition,
): TransactWriteItem {
  const deleteAfter = Math.ceil(now.getTime() / 1000) + RETENTION_DAYS * 24 * 60 * 60;
  const common = { TableName, Key: { ...key }, ReturnValuesOnConditionCheckFailure: "ALL_OLD" } as const;
  if (!counting) {
    const isNew = "attribute_not_exists(externalIds)";
    return {
      Update: {
        ...common,
        UpdateExpression: "SET deleteAfter = :deleteAfter ADD externalIds :added, revision :one",
        ConditionExpression: unread > 0 ? `${isNew} OR size(externalIds) <= :unread` : isNew,
        ExpressionAttributeValues: {
          ":added": toAttribute([externalId]),
          ":one": toAttribute(1),
          ":deleteAfter": toAttribute(deleteAfter),
          ...(unread > 0 && { ":unread": toAttribute(unread) }),
        },
      },
    };
  }
  const { externalIds, revision } = counting;
  return {
    Update: {
      ...common,
      UpdateExpression: "SET externalIds = :all, revision = :next, deleteAfter = :deleteAfter",
      ConditionExpression: "revision = :seen",
      ExpressionAttributeValues: {
        ":all": toAttribute([...new Set([...externalIds, externalId])]),
        ":next": toAttribute(revision + 1),
        ":seen": toAttribute(revision),
        ":deleteAfter": toAttribute(deleteAfter),
      },
    },
  };
}
