/** The code that confirms a connection is read by nobody but the receiver and the URL generator. */
import assert from "node:assert/strict";
import type { Connection } from "../../../../functions/domain/connection.js";
import { ConnectionRepository } from "../../../../functions/domain/connection-repository.js";
import { Listing } from "../../../../functions/domain/listing.js";
import { TableStandIn } from "../../../stand-ins/table.js";
import { pending } from "../receiver/receiver-world.js";

const connection: Connection = { ...pending, confirmation: "required", confirmationCode: "ABCD2345" };
const { confirmationCode: _, ...readable } = connection;
const { externalId, region } = connection;

describe("A connection", () => {
  const table = new TableStandIn();
  table.put(connection);
  const client = table.client();
  const connections = new ConnectionRepository(client, "onboarding-test");

  it("is read as a whole, but for its code", async () => {
    assert.deepEqual(await connections.get(externalId), readable);
    for await (const one of connections.ofRegion(region)) assert.deepEqual(one, readable);
    const listing = new Listing(client, "onboarding-test", [region]);
    assert.deepEqual((await listing.page({})).connections, [readable]);
  });

  it("is read with its code by whoever makes or compares that", async () => {
    const withCode = new ConnectionRepository(client, "onboarding-test", { withCode: true });
    assert.deepEqual(await withCode.get(externalId), connection);
  });
});
