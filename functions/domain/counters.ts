/** Writes that count something in a record. They do not depend on its revision, so that none of many at a time is lost. */
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { keyOf, toAttribute } from "./connection-item.js";

/** What is counted: attempts to use a role, and confirmation codes that were tried. */
export type Counter = "attempts" | "confirmationTries";

/** Counts one more. Its condition is not met where there are as many as allowed. */
export function countCommand(
  TableName: string,
  externalId: string,
  counter: Counter,
  max: number,
): UpdateItemCommand {
  return new UpdateItemCommand({
    TableName,
    Key: keyOf(externalId),
    UpdateExpression: "ADD #counter :one",
    ConditionExpression:
      "attribute_exists(externalId) AND (attribute_not_exists(#counter) OR #counter < :max)",
    ExpressionAttributeNames: { "#counter": counter },
    ExpressionAttributeValues: { ":one": toAttribute(1), ":max": toAttribute(max) },
  });
}

/** Whose attempt to connect it is, and how many are allowed. */
export interface Attempt {
  readonly accountId: string;
  readonly max: number;
}

/**
 * Counts an attempt to connect, and returns the record as it is then. Its condition is not met where the record is not pending, or not the
 * account's, or there were as many as allowed; the record is returned all the same.
 */
export function countAndReadCommand(
  TableName: string,
  externalId: string,
  { accountId, max }: Attempt,
): UpdateItemCommand {
  return new UpdateItemCommand({
    TableName,
    Key: keyOf(externalId),
    UpdateExpression: "ADD attempts :one",
    ConditionExpression:
      "#status = :pending AND accountId = :accountId AND (attribute_not_exists(attempts) OR attempts < :max)",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: {
      ":one": toAttribute(1),
      ":pending": toAttribute("pending"),
      ":accountId": toAttribute(accountId),
      ":max": toAttribute(max),
    },
    ReturnValues: "ALL_NEW",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
}

/** Gives an attempt back. @param refused whether its response was refused, which is counted */
export function giveBackCommand(TableName: string, externalId: string, refused: boolean): UpdateItemCommand {
  return new UpdateItemCommand({
    TableName,
    Key: keyOf(externalId),
    UpdateExpression: `ADD attempts :minusOne${refused ? ", refusals :one" : ""}`,
    ConditionExpression: "attempts > :zero",
    ExpressionAttributeValues: {
      ":minusOne": toAttribute(-1),
      ":zero": toAttribute(0),
      ...(refused && { ":one": toAttribute(1) }),
    },
  });
}
