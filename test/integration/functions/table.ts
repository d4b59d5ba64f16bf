/** A table of connections in ministack, for the tests below that write records. */
import { randomUUID } from "node:crypto";
import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AccountClients } from "../../../emulator/aws/clients.js";
import { Ministack } from "../../../emulator/aws/ministack.js";
import { ConnectionRepository } from "../../../functions/domain/connection-repository.js";
import { REGION } from "../../unit/fixtures.js";

export interface TestTable {
  readonly name: string;
  readonly clients: AccountClients;
  readonly dynamoDB: DynamoDBClient;
  readonly connections: ConnectionRepository;
}

const VENDOR = "111122223333";

let ministack: Promise<Ministack> | undefined;
let made: Promise<TestTable> | undefined;

/** One for all tests: each uses external IDs of its own. */
export function connectionsTable(): Promise<TestTable> {
  made ??= create();
  return made;
}

export const newExternalId = () => `${REGION}:${randomUUID()}`;

async function create(): Promise<TestTable> {
  ministack = Ministack.start({ vendorAccount: VENDOR });
  const clients = new AccountClients((await ministack).endpoint, VENDOR);
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
  return { name, clients, dynamoDB, connections: new ConnectionRepository(dynamoDB, name) };
}

// Outside of any suite it is a root hook: it runs after the last test of all files.
after(async function () {
  this.timeout(30_000);
  await (await ministack)?.stop();
});
