/** How requests change a record, and when TTL may have it. */
import assert from "node:assert/strict";
import { type Changes, type Connection, isConnected } from "../../../../functions/domain/connection.js";
import type { ProbeResult } from "../../../../functions/domain/probe.js";
import * as changes from "../../../../functions/domain/transitions.js";
import { connected, NOW, pending, properties, ROLE, request, STACK, stackId } from "../../fixtures.js";

const OTHER = stackId("other");
const THIRD = stackId("third");
const FOREIGN = stackId("acme", "999988887777");
const reason = "The role cannot be assumed.";
/** 30 days after a moment, in seconds since 1970. */
const thirtyDaysAfter = (time: string | Date) => new Date(time).getTime() / 1000 + 30 * 86_400;

const disconnected: Connection = { ...connected, status: "disconnected", openStackIds: [] };
const create = request("Create");
const other = (type: "Create" | "Delete") => request(type, { stackId: OTHER });

type Change = (record: Connection) => Changes | undefined;
type Row = readonly [what: string, before: Connection, change: Change, after: Partial<Connection>];

/** The record as it is after a change. */
const changed = (before: Connection, change: Change): Connection => ({ ...before, ...change(before) });

describe("a record after", () => {
  const rows: readonly Row[] = [
    [
      "a Create that connected",
      { ...pending, reason },
      (record) => changes.connect(record, create, ROLE, NOW),
      {
        status: "connected",
        roleArn: ROLE,
        stackId: STACK,
        logicalResourceId: "Connection",
        requestId: "request-1",
        requestedAt: NOW.toISOString(),
        templateVersion: "aaaa",
        openStackIds: [STACK],
        connectedAt: NOW.toISOString(),
        verifiedAt: NOW.toISOString(),
        reason: undefined,
        deleteAfter: undefined,
      },
    ],
    [
      "a Create that connected while a failed stack is still open",
      { ...pending, openStackIds: [OTHER] },
      (record) => changes.connect(record, create, ROLE, NOW),
      { openStackIds: [STACK, OTHER].toSorted(), deleteAfter: undefined },
    ],
    [
      "a Create that was rolled back: as if it had never been",
      connected,
      (record) => changes.rollBack(record, create),
      {
        status: "pending",
        roleArn: undefined,
        stackId: undefined,
        logicalResourceId: undefined,
        requestId: undefined,
        requestedAt: undefined,
        connectedAt: undefined,
        openStackIds: [],
        deleteAfter: thirtyDaysAfter(pending.expiresAt),
      },
    ],
    [
      "a Create that was rolled back, with another stack open",
      { ...connected, openStackIds: [STACK, OTHER] },
      (record) => changes.rollBack(record, create),
      { status: "pending", openStackIds: [OTHER], deleteAfter: undefined },
    ],
    [
      "a Create that failed: its stack is open",
      pending,
      (record) => changes.fail(record, create, reason),
      { status: "pending", openStackIds: [STACK], reason, deleteAfter: undefined },
    ],
    [
      "a Create that failed after its own Delete",
      { ...pending, deletedStacks: [STACK] },
      (record) => changes.fail(record, create, reason),
      { openStackIds: undefined, reason, deleteAfter: pending.deleteAfter },
    ],
    [
      "a Create of another account's stack that failed",
      pending,
      (record) => changes.fail(record, request("Create", { stackId: FOREIGN }), reason),
      { openStackIds: undefined, reason, deleteAfter: pending.deleteAfter },
    ],
    [
      "a second stack's Create that failed: the connection that works has no reason",
      connected,
      (record) => changes.fail(record, other("Create"), reason),
      {
        status: "connected",
        stackId: STACK,
        openStackIds: [STACK, OTHER].toSorted(),
        reason: undefined,
        deleteAfter: undefined,
      },
    ],
    [
      "an Update that failed: its stack is open elsewhere",
      pending,
      (record) => changes.fail(record, request("Update"), reason),
      { openStackIds: undefined, reason, deleteAfter: pending.deleteAfter },
    ],
    [
      "a new stack's Create that failed once the connection had ended",
      disconnected,
      (record) => changes.fail(record, other("Create"), reason),
      { status: "disconnected", openStackIds: [OTHER], deleteAfter: undefined },
    ],
    [
      "the Delete of its stack",
      connected,
      (record) => changes.deleteStack(record, request("Delete"), NOW),
      {
        status: "disconnected",
        openStackIds: [],
        endedAt: NOW.toISOString(),
        deleteAfter: thirtyDaysAfter(NOW),
      },
    ],
    [
      "the Delete of its stack, with a second one open",
      { ...connected, openStackIds: [STACK, OTHER] },
      (record) => changes.deleteStack(record, request("Delete"), NOW),
      { status: "disconnected", openStackIds: [OTHER], deleteAfter: undefined },
    ],
    [
      "the Delete of that second one",
      { ...disconnected, openStackIds: [OTHER] },
      (record) => changes.deleteStack(record, other("Delete"), NOW),
      { status: "disconnected", openStackIds: [], deletedStacks: [OTHER], deleteAfter: thirtyDaysAfter(NOW) },
    ],
    [
      "the Delete of a failed stack, with the link still good",
      { ...pending, openStackIds: [STACK] },
      (record) => changes.deleteStack(record, request("Delete"), NOW),
      {
        status: "pending",
        openStackIds: [],
        deletedStacks: [STACK],
        deleteAfter: thirtyDaysAfter(pending.expiresAt),
      },
    ],
    [
      "the Delete of a failed stack beside the connected one",
      { ...connected, openStackIds: [STACK, OTHER] },
      (record) => changes.deleteStack(record, other("Delete"), NOW),
      { status: "connected", openStackIds: [STACK], deletedStacks: [OTHER], deleteAfter: undefined },
    ],
    [
      "the Delete of the last stack in the list, while connected by one that is not in it",
      { ...connected, openStackIds: [OTHER] },
      (record) => changes.deleteStack(record, other("Delete"), NOW),
      { status: "connected", openStackIds: [], deleteAfter: undefined },
    ],
    [
      "the Delete of a failed stack, cancelled meanwhile",
      { ...pending, status: "cancelled", openStackIds: [STACK] },
      (record) => changes.deleteStack(record, request("Delete"), NOW),
      { status: "cancelled", deleteAfter: thirtyDaysAfter(NOW) },
    ],
    [
      "the Delete of one of two failed stacks",
      { ...pending, openStackIds: [STACK, OTHER], deleteAfter: undefined },
      (record) => changes.deleteStack(record, other("Delete"), NOW),
      { openStackIds: [STACK], deletedStacks: [OTHER], deleteAfter: undefined },
    ],
  ];
  for (const [what, before, change, expected] of rows) {
    it(what, () => {
      const record = changed(before, change);
      const found = Object.fromEntries(
        Object.keys(expected).map((name) => [name, record[name as keyof Connection]]),
      );
      assert.deepEqual(found, expected);
      const isAlive = isConnected(record) || (record.openStackIds?.length ?? 0) > 0;
      if (isAlive) assert.equal(record.deleteAfter, undefined, "TTL may have a record that lives");
    });
  }

  it("the same Delete twice remembers the stack once", () => {
    const remember: Change = (record) => changes.deleteStack(record, request("Delete"), NOW);
    const once = changed(pending, remember);
    assert.deepEqual(changed(once, remember), once);
  });

  it("a hundred stacks that are gone remembers no further one, and lets go of it", () => {
    const deletedStacks = Array.from({ length: changes.MAX_DELETED_STACKS }, (_, index) =>
      stackId(`gone-${index}`),
    );
    const worn = { ...pending, deletedStacks, openStackIds: [THIRD] };
    const record = changed(worn, (record) =>
      changes.deleteStack(record, request("Delete", { stackId: THIRD }), NOW),
    );
    assert.deepEqual([record.deletedStacks, record.openStackIds], [deletedStacks, []]);
  });

  describe("an Update, its role", () => {
    const bad: Connection = { ...connected, status: "unsafe", reason: "as it was" };
    for (const [probe, expected] of [
      [{ outcome: "safe" }, { status: "connected", reason: undefined, verifiedAt: NOW.toISOString() }],
      [
        { outcome: "denied", reason },
        {
          status: "unreachable",
          reason: "can no longer be assumed from our account",
          verifiedAt: undefined,
        },
      ],
      [
        { outcome: "unsafe", reason },
        { status: "unsafe", reason: "can be assumed without its external ID", verifiedAt: undefined },
      ],
      [
        { outcome: "unknown", reason },
        { status: "unsafe", reason: "as it was", verifiedAt: undefined },
      ],
    ] as const satisfies readonly (readonly [ProbeResult, Partial<Connection>])[]) {
      it(`found ${probe.outcome}: ${expected.status}, with the new template and role noted`, () => {
        const update = request("Update", {
          requestId: "update-1",
          properties: { ...properties, TemplateVersion: "bbbb" },
        });
        const { status, reason, verifiedAt, templateVersion, roleArn, requestId, openStackIds } = changed(
          bad,
          () => changes.update(update, `${ROLE}2`, probe, NOW),
        );
        assert.deepEqual(
          { status, verifiedAt },
          { status: expected.status, verifiedAt: expected.verifiedAt },
        );
        // The reason names the role that the stack has now.
        if (expected.reason === undefined) assert.equal(reason, undefined);
        else assert.ok(reason?.includes(expected.reason), reason);
        if (probe.outcome === "denied" || probe.outcome === "unsafe") assert.ok(reason?.includes(`${ROLE}2`));
        assert.deepEqual(
          { templateVersion, roleArn, requestId, openStackIds },
          { templateVersion: "bbbb", roleArn: `${ROLE}2`, requestId: "update-1", openStackIds: [STACK] },
        );
      });
    }
  });

  it("a failed attempt keeps its reason as plain text of at most a thousand characters", () => {
    for (const [said, kept] of [
      ["line one\r\nline two\u0007", "line one line two "],
      ["turned \u202egnitirw\u202c around", "turned  gnitirw  around"],
      ["\u{1F600}".repeat(1200), "\u{1F600}".repeat(1000)],
    ] as const) {
      assert.equal(changes.fail(pending, create, said).reason, kept);
    }
  });
});

describe("a Delete", () => {
  const rows: readonly (readonly [
    what: string,
    request: changes.StackRequest,
    connection: Connection,
    expected: "disconnects" | "is remembered" | "changes nothing",
  ])[] = [
    ["of the connected stack", request("Delete"), connected, "disconnects"],
    [
      "with a physical ID that CloudFormation made up",
      request("Delete", { physicalResourceId: "acme-Connection-X1Y2" }),
      connected,
      "disconnects",
    ],
    ["of an unsafe connection's stack", request("Delete"), { ...connected, status: "unsafe" }, "disconnects"],
    [
      "with other values than recorded",
      request("Delete", { properties: { ...properties, RoleArn: `${ROLE}2`, GrantedTo: "Mallory" } }),
      connected,
      "disconnects",
    ],
    [
      "a moment after the Create",
      request("Delete"),
      { ...connected, connectedAt: NOW.toISOString() },
      "disconnects",
    ],
    ["delivered twice", request("Delete"), { ...connected, status: "disconnected" }, "is remembered"],
    ["of a stack that was never connected", other("Delete"), connected, "is remembered"],
    [
      "of another resource of the connected stack",
      request("Delete", { logicalResourceId: "Second" }),
      connected,
      "is remembered",
    ],
    ["that overtakes its Create", request("Delete"), pending, "is remembered"],
    ["of a stack of another account", request("Delete", { stackId: FOREIGN }), connected, "changes nothing"],
    [
      "of another account's stack, on a link that is open",
      request("Delete", { stackId: FOREIGN }),
      pending,
      "changes nothing",
    ],
  ];
  for (const [what, asked, connection, expected] of rows) {
    it(`${what} ${expected}`, () => {
      const change = changes.deleteStack(connection, asked, NOW);
      if (expected === "changes nothing") return assert.equal(change, undefined);
      assert.equal(change?.status, expected === "disconnects" ? "disconnected" : undefined);
      assert.equal(change?.deletedStacks?.includes(asked.stackId) ?? false, expected === "is remembered");
    });
  }
});

describe("a stack that leaves for another link", () => {
  it("ends the connection only where it is the one that connected", () => {
    const asked = request("Update");
    assert.equal(changes.leave(connected, asked, NOW)?.status, "disconnected");
    for (const connection of [pending, disconnected, { ...connected, stackId: OTHER }]) {
      assert.equal(changes.leave(connection, asked, NOW), undefined);
    }
  });
});

describe("cancelling", () => {
  it("a pending connection ends it, and TTL may have the record after 30 days", () => {
    const { status, endedAt, deleteAfter } = changes.cancel(pending, NOW) ?? {};
    assert.deepEqual([status, endedAt, deleteAfter], ["cancelled", NOW.toISOString(), thirtyDaysAfter(NOW)]);
  });

  it("one with an open stack keeps the record out of TTL's reach", () => {
    const change = changes.cancel({ ...pending, openStackIds: [STACK] }, NOW) ?? {};
    assert.ok("deleteAfter" in change && change.deleteAfter === undefined);
  });

  it("one that is cancelled already changes nothing, even past its end", () => {
    const cancelled: Connection = { ...pending, status: "cancelled" };
    assert.equal(changes.cancel(cancelled, NOW), undefined);
    assert.equal(changes.cancel({ ...cancelled, expiresAt: NOW.toISOString() }, NOW), undefined);
  });

  for (const [what, connection, sentence] of [
    ["connected", connected, /already connected.*deleting the stack/],
    ["unreachable", { ...connected, status: "unreachable" }, /already connected/],
    ["unsafe", { ...connected, status: "unsafe" }, /already connected/],
    ["disconnected", disconnected, /already ended/],
    ["expired", { ...pending, expiresAt: NOW.toISOString() }, /already expired, at 2026-03-01T12:00:00.000Z/],
  ] as const) {
    it(`one that is ${what} is an error that says so`, () => {
      assert.throws(
        () => changes.cancel(connection, NOW),
        (error: Error) => error instanceof changes.NotCancellableError && sentence.test(error.message),
      );
    });
  }
});
