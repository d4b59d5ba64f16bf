import assert from "node:assert/strict";
import { createServer, type Server, type Socket } from "node:net";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { timeLimits } from "../../../../functions/runtime/time-limits.js";

describe("A client with time limits", () => {
  const sockets = new Set<Socket>();
  let server: Server;

  // It takes every connection, and never says anything.
  before((done) => {
    server = createServer((socket) => void sockets.add(socket)).listen(0, "127.0.0.1", done);
  });

  after((done) => {
    for (const socket of sockets) socket.destroy();
    server.close(done);
  });

  it("gives a connection up that hangs, and tries again on another one", async () => {
    const address = server.address();
    assert.ok(address && typeof address === "object");
    const client = new DynamoDBClient({
      region: "us-east-1",
      endpoint: `http://127.0.0.1:${address.port}`,
      credentials: { accessKeyId: "key", secretAccessKey: "secret" },
      maxAttempts: 2,
      requestHandler: timeLimits(500, 100),
    });
    await assert.rejects(
      client.send(new GetItemCommand({ TableName: "connections", Key: { externalId: { S: "one" } } })),
      { name: "TimeoutError" },
    );
    assert.equal(sockets.size, 2);
  });
});
