/** What the page says about a connection. How it looks in a browser is for test/e2e/page to see. */
import assert from "node:assert/strict";
import "./english.js";
import {
  isOngoing,
  sharingText,
  stepStates,
  summaryOf,
  waitingText,
} from "../../../../../../functions/url-generator/page/browser/connection-summary.js";
import type { ConnectionRepresentation } from "../../../../../../functions/url-generator/schemas.js";

const pending: ConnectionRepresentation = {
  externalId: "eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f",
  accountId: "222233334444",
  region: "eu-west-1",
  status: "pending",
  grantedTo: "Acme (4711)",
  createdAt: "2026-03-01T12:00:00.000Z",
  expiresAt: "2026-03-02T12:00:00.000Z",
  statusChangedAt: "2026-03-01T12:00:00.000Z",
  link: "https://eu-west-1.console.aws.amazon.com/",
};
const connected: ConnectionRepresentation = { ...pending, status: "connected" };
const STATUSES = [
  "pending",
  "awaited",
  "connected",
  "unreachable",
  "unsafe",
  "disconnected",
  "expired",
  "cancelled",
] as const satisfies readonly ConnectionRepresentation["status"][];

describe("The summary of a connection", () => {
  it("has an ending for every status that the customer cannot continue from, and for no other", () => {
    const ended = STATUSES.filter((status) => summaryOf({ ...pending, status }).ending !== undefined);
    assert.deepEqual(ended, ["unreachable", "unsafe", "disconnected", "expired", "cancelled"]);
    const bad = STATUSES.filter((status) => summaryOf({ ...pending, status }).ending?.isBad);
    assert.deepEqual(bad, ["unreachable", "unsafe"]);
  });

  for (const [what, connection, title] of [
    ["a new link", pending, "Your link is ready"],
    ["a link with a failed attempt", { ...pending, reason: "Why." }, "Not connected yet"],
    ["a connection that waits for its code", { ...connected, confirmation: "required" }, "Almost connected"],
    ["a confirmed connection", { ...connected, confirmation: "done" }, "Your account is connected"],
  ] as const satisfies readonly (readonly [string, ConnectionRepresentation, string])[]) {
    it(`of ${what} is "${title}"`, () => assert.equal(summaryOf(connection).title, title));
  }
});

it("A connection that has ended says who ended it", () => {
  const ended = { ...connected, status: "disconnected" } as const;
  const text = (connection: ConnectionRepresentation) => summaryOf(connection).ending?.text ?? "";
  assert.match(text(ended), /^The stack was deleted/);
  assert.match(text({ ...ended, endedBy: "vendor" }), /ended it\. If the stack still exists, delete it/);
});

describe("The steps of a connection", () => {
  const states = (connection: ConnectionRepresentation, setting: "none" | "code" = "none") =>
    Object.values(stepStates(connection, setting));

  for (const [what, connection, setting, expected] of [
    ["a new link", pending, "none", ["done", "now", "next", undefined, "next"]],
    ["a new link that needs a code", pending, "code", ["done", "now", "next", "next", "next"]],
    [
      "a failed attempt",
      { ...pending, reason: "Why." },
      "none",
      ["done", "failed", "next", undefined, "next"],
    ],
    ["a connection", connected, "none", ["done", "done", "done", undefined, "done"]],
    [
      "a connection that waits for its code",
      { ...connected, confirmation: "required" },
      "code",
      ["done", "done", "done", "now", "next"],
    ],
    [
      "a confirmed connection, codes or not",
      { ...connected, confirmation: "done" },
      "none",
      ["done", "done", "done", "done", "done"],
    ],
  ] as const satisfies readonly (readonly [string, ConnectionRepresentation, "none" | "code", unknown])[]) {
    it(`are right for ${what}`, () => assert.deepEqual(states(connection, setting), expected));
  }

  it("go on while the customer waits for the stack or has to enter the code", () => {
    assert.ok(isOngoing(pending));
    assert.ok(isOngoing({ ...connected, confirmation: "required" }));
    assert.ok(!isOngoing({ ...connected, confirmation: "done" }));
    assert.ok(!isOngoing({ ...pending, status: "expired" }));
  });
});

describe("While it waits for the stack, the page says", () => {
  for (const [what, openedAt, text] of [
    ["nothing of waiting before the console was opened", undefined, /as soon as your stack is there/],
    ["that it takes a minute", 60_000, /^Waiting for your stack/],
    [
      "where to look after a minute and a half",
      10_000,
      /^Nothing has arrived yet.*sns:Publish.*other than 2222-3333-4444, or.*may not publish/,
    ],
  ] as const) {
    it(what, () => assert.match(waitingText(pending, openedAt, 100_000), text));
  }
});

it("The page's address is said to be worth guarding where anybody may call the API", () => {
  assert.match(sharingText(pending, "none"), /^Anyone who has this page's address .* cancel its link/);
  assert.match(sharingText(pending, "jwt"), /^Sign in on the other device/);
});
