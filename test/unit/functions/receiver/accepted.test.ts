/** What a request makes of its connection once its response was accepted, at once or by the operator's redrive. */
import assert from "node:assert/strict";
import type { Connection } from "../../../../functions/domain/connection.js";
import { changesOfAccepted, changesOfRefused } from "../../../../functions/receiver/accepted.js";
import type { Request } from "../../../../functions/receiver/request.js";
import { connected, NOW, pending, ROLE, request, STACK, unproven } from "../../fixtures.js";

const success = { status: "SUCCESS", physicalResourceId: "id" } as const;
const failure = { status: "FAILED", physicalResourceId: "id", reason: "The role is missing." } as const;

describe("An accepted response", () => {
  for (const [what, asked, response, before, after] of [
    [
      "to a Create that failed: its stack is open, and the reason known",
      request("Create"),
      failure,
      pending,
      { openStackIds: [STACK], reason: "The role is missing.", requestId: "request-1" },
    ],
    [
      "to the Create that connected: it is known to be genuine",
      request("Create", { requestId: "create-1" }),
      success,
      unproven,
      { acceptedAt: NOW.toISOString() },
    ],
    [
      "to another Create of the connected stack: it is being tried again",
      request("Create"),
      success,
      connected,
      { retriedAt: NOW.toISOString(), requestId: "create-1" },
    ],
    [
      "to a Create whose place one took that is not proven: it is what connected",
      request("Create"),
      { ...success, role: { roleArn: ROLE } },
      unproven,
      { acceptedAt: NOW.toISOString(), requestId: "request-1" },
    ],
    [
      "to an Update that failed: a connection that works has no reason",
      request("Update"),
      failure,
      connected,
      { status: "connected", reason: undefined },
    ],
    [
      "to a Delete: the connection has ended",
      request("Delete"),
      success,
      connected,
      { status: "disconnected" },
    ],
  ] as const satisfies readonly (readonly [string, Request, object, Connection, Partial<Connection>])[]) {
    it(what, () => {
      const record: Connection = { ...before, ...changesOfAccepted(asked, response, before, NOW) };
      const names = Object.keys(after) as (keyof Connection)[];
      assert.deepEqual(Object.fromEntries(names.map((name) => [name, record[name]])), after);
    });
  }
});

describe("A refused response", () => {
  const own = request("Create", { requestId: "create-1" });
  const minutesAgo = (minutes: number) => ({ publishedAt: new Date(NOW.getTime() - minutes * 60_000) });
  for (const [what, asked, before, status] of [
    ["undoes what the request connected, in whichever delivery", own, unproven, "pending"],
    ["undoes nothing that was accepted", own, connected, "connected"],
    ["undoes nothing that another request connected", request("Create"), unproven, "connected"],
    ["undoes nothing when the URL may be too old", { ...own, ...minutesAgo(110) }, unproven, "connected"],
    ["undoes it as long as the URL cannot be", { ...own, ...minutesAgo(109) }, unproven, "pending"],
  ] as const) {
    it(what, () => {
      assert.equal({ ...before, ...changesOfRefused(asked, before, NOW) }.status, status);
    });
  }
});
