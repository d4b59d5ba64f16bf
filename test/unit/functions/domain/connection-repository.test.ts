import assert from "node:assert/strict";
import type { DynamoDBClient, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { ConnectionRepository } from "../../../../functions/domain/connection-repository.js";
import * as fixtures from "../../fixtures.js";

describe("The connections of a region", () => {
  // The clients in the bundles send what they are given: the SDK's own would make a token itself.
  it("are created by transactions that can be tried again, each with a token of its own", async () => {
    const tokens: unknown[] = [];
    const send = async ({ input }: TransactWriteItemsCommand) => tokens.push(input.ClientRequestToken);
    const connections = new ConnectionRepository({ send } as unknown as DynamoDBClient, "table");
    const alongside = [{ Delete: { TableName: "table", Key: {} } }];
    await connections.create(fixtures.pending, alongside);
    await connections.create(fixtures.pending, alongside);
    assert.equal(new Set(tokens).size, 2);
    for (const token of tokens) assert.match(String(token), /^[\da-f-]{36}$/);
  });
});
