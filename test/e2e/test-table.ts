/** A table of connections in ministack, for the tests of this folder that write records. */
import { randomUUID } from "node:crypto";
import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AccountClients } from "../../emulator/aws/accounts.js";
import { Ministack } from "../../emulator/aws/ministack.js";
import { ConnectionRepository } from "../../functions/domain/connection-repository.js";
import { REGION } from "../unit/fixtures.js";

export interface TestTable {
  readonly name: string;
  readonly clients: AccountClients;
  readonly dynamoDB: DynamoDBClient;
  readonly connections: ConnectionRepository;
  stop(): Promise<void>;
}

const VENDOR = "111122223333";

export const newExternalId = () => `${REGION}:${randomUUID()}`;

/** An empty one, in a ministack of its own. */
export async function testTable(): Promise<TestTable> {
  const ministack = await Ministack.start({ vendorAccount: VENDOR });
  const clients = new AccountClients(ministack, VENDOR);
  const dynamoDB = clients.dynamoDB(REGION);
  const name = "connections";
  await dynamoDB.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["externalId", "item"].map((AttributeName) => ({
        AttributeName,
        AttributeType: "S",
      })),
      KeySchema: [
        { AttributeName: "externalId", KeyType: "HASH" },
        { AttributeName: "item", KeyType: "RANGE" },
      ],
    }),
  );
  const connections = new ConnectionRepository(dynamoDB, name);
  return { name, clients, dynamoDB, connections, stop: () => ministack.stop() };
}
