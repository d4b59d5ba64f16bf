/** How requests change a record, and when TTL may have it. */
import assert from "node:assert/strict";
import {
  type Changes,
  type Connection,
  isConnected,
  MAX_STACKS,
} from "../../../../functions/domain/connection.js";
import * as endings from "../../../../functions/domain/ending.js";
import { FAILED_PHYSICAL_ID, physicalIdOf } from "../../../../functions/domain/physical-id.js";
import type { ProbeResult } from "../../../../functions/domain/probe.js";
import type { StackRequest } from "../../../../functions/domain/stacks.js";
import { deleteAfter } from "../../../../functions/domain/topic-statement.js";
import * as changes from "../../../../functions/domain/transitions.js";
import {
  connected,
  EXTERNAL_ID,
  NOW,
  pending,
  properties,
  ROLE,
  request,
  STACK,
  stackId,
  unproven,
} from "../../fixtures.js";

const OTHER = stackId("other");
const THIRD = stackId("third");
const FOREIGN = stackId("acme", "999988887777");
const reason = "The role cannot be assumed.";
/** In seconds since 1970. */
const daysAfter = (days: number, time: string | Date) => new Date(time).getTime() / 1000 + days * 86_400;
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const stackAt = (seconds: number, stack = STACK) => ({ [stack]: at(seconds).toISOString() });

const disconnected: Connection = {
  ...connected,
  status: "disconnected",
  openStackIds: [],
  endedAt: NOW.toISOString(),
  endedBy: "customer",
};
const failed: Connection = {
  ...pending,
  openStackIds: [STACK],
  requestId: "create-0",
  requestedAt: "2026-03-01T11:10:00.000Z",
};
const create = request("Create");
const SAFE = { roleArn: ROLE, roleId: "AROA1" };
/** The physical ID of another link's connection. */
const ELSEWHERE = physicalIdOf(EXTERNAL_ID.replace("0b1f5a0e", "1b1f5a0e"));
const manyStacks = (name: string) =>
  Array.from({ length: MAX_STACKS }, (_, index) => stackId(`${name}-${index}`));
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
      (record) => changes.connect(record, create, { roleArn: ROLE, roleId: "AROA1" }, NOW),
      {
        status: "connected",
        roleArn: ROLE,
        stackId: STACK,
        logicalResourceId: "Connection",
        requestId: "request-1",
        requestedAt: NOW.toISOString(),
        templateVersion: "aaaaaaaaaaaa",
        retriedAt: undefined,
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
      (record) => changes.connect(record, create, { roleArn: ROLE, roleId: "AROA1" }, NOW),
      { openStackIds: [STACK, OTHER].toSorted(), retriedAt: undefined, deleteAfter: undefined },
    ],
    [
      "a Create that connected after an earlier one of the same stack had failed",
      { ...pending, openStackIds: [STACK] },
      (record) => changes.connect(record, create, { roleArn: ROLE, roleId: "AROA1" }, NOW),
      { openStackIds: [STACK], retriedAt: NOW.toISOString() },
    ],
    [
      "a Create that connected after an earlier one of the same stack was deleted",
      { ...pending, deletedStacks: stackAt(-60) },
      (record) => changes.connect(record, create, { roleArn: ROLE, roleId: "AROA1" }, NOW),
      { openStackIds: [STACK], retriedAt: NOW.toISOString() },
    ],
    [
      "a Create that failed: its stack is open, and the request noted",
      pending,
      (record) => changes.fail(record, create, reason),
      {
        status: "pending",
        openStackIds: [STACK],
        reason,
        requestId: "request-1",
        failedStacks: stackAt(0),
        deleteAfter: daysAfter(60, pending.expiresAt),
      },
    ],
    [
      "a Create that failed, delivered once more after a later one that failed",
      { ...failed, failedStacks: stackAt(1) },
      (record) => changes.fail(record, create, reason),
      { requestId: "create-0", failedStacks: stackAt(1) },
    ],
    [
      "a Create that failed after one of another stack: both are noted",
      { ...failed, failedStacks: stackAt(1, OTHER) },
      (record) => changes.fail(record, create, reason),
      { failedStacks: { ...stackAt(1, OTHER), ...stackAt(0) } },
    ],
    [
      "a Create that failed after as many stacks as are kept",
      { ...failed, failedStacks: Object.assign({}, ...manyStacks("failed").map((one) => stackAt(0, one))) },
      (record) => changes.fail(record, create, reason),
      { failedStacks: Object.assign({}, ...manyStacks("failed").map((one) => stackAt(0, one))) },
    ],
    [
      "a Create that failed, published after a Delete of its stack",
      { ...pending, deletedStacks: stackAt(-1) },
      (record) => changes.fail(record, create, reason),
      { openStackIds: [STACK], reason },
    ],
    [
      "a Create that failed, published before a Delete of its stack",
      { ...pending, deletedStacks: stackAt(0) },
      (record) => changes.fail(record, create, reason),
      { openStackIds: undefined, reason, deleteAfter: daysAfter(31, pending.expiresAt) },
    ],
    [
      "a Create of another account's stack that failed: nothing but why",
      pending,
      (record) => changes.fail(record, request("Create", { stackId: FOREIGN }), reason),
      {
        openStackIds: undefined,
        reason,
        requestId: undefined,
        requestedAt: undefined,
        deleteAfter: daysAfter(31, pending.expiresAt),
      },
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
        requestId: "create-1",
        deleteAfter: undefined,
      },
    ],
    [
      "a move to another link that failed: its stack is open there",
      pending,
      (record) => changes.fail(record, request("Update", { physicalResourceId: ELSEWHERE }), reason),
      { openStackIds: undefined, reason, deleteAfter: daysAfter(31, pending.expiresAt) },
    ],
    [
      "an Update of a Create that had failed, which failed as well",
      pending,
      (record) => changes.fail(record, request("Update", { physicalResourceId: FAILED_PHYSICAL_ID }), reason),
      { openStackIds: [STACK], reason },
    ],
    [
      "a new stack's Create that failed once the connection had ended",
      disconnected,
      (record) => changes.fail(record, other("Create"), reason),
      { status: "disconnected", openStackIds: [OTHER], deleteAfter: daysAfter(60, NOW) },
    ],
    [
      "the connected stack's own Create, delivered once more after the connection had ended",
      { ...disconnected, deletedStacks: stackAt(1) },
      (record) => changes.fail(record, create, reason),
      { status: "disconnected", openStackIds: [], deleteAfter: daysAfter(30, NOW) },
    ],
    [
      "another try of a stack whose connection had ended",
      { ...disconnected, deletedStacks: stackAt(-1) },
      (record) => changes.fail(record, create, reason),
      { status: "disconnected", openStackIds: [STACK], deleteAfter: daysAfter(60, NOW) },
    ],
    [
      "a further stack's Create that failed, with as many open as are kept",
      { ...pending, openStackIds: manyStacks("open") },
      (record) => changes.fail(record, create, reason),
      { openStackIds: manyStacks("open") },
    ],
    [
      "another Create of the connected stack",
      connected,
      (record) => changes.retry(record, create),
      { status: "connected", retriedAt: NOW.toISOString() },
    ],
    [
      "the Create that connected, delivered once more",
      connected,
      (record) => changes.retry(record, request("Create", { requestId: "create-1" })),
      { status: "connected", retriedAt: undefined },
    ],
    [
      "an Update of a physical ID that CloudFormation made up",
      connected,
      (record) => changes.retry(record, request("Update", { physicalResourceId: "acme-Connection-X1Y2" })),
      { status: "connected", retriedAt: NOW.toISOString() },
    ],
    [
      "an Update of the physical ID that it has",
      connected,
      (record) => changes.retry(record, request("Update")),
      { status: "connected", retriedAt: undefined },
    ],
    [
      "an Update of a Create that had failed, which connected",
      pending,
      (record) =>
        changes.connect(
          record,
          request("Update", { physicalResourceId: FAILED_PHYSICAL_ID }),
          { roleArn: ROLE },
          NOW,
        ),
      { status: "connected", retriedAt: NOW.toISOString() },
    ],
    [
      "an accepted response: the refused ones are forgotten, and nothing is gone back to",
      { ...unproven, refusals: 3 },
      (record) => changes.accept(record, request("Create", { requestId: "create-1" }), SAFE, NOW),
      { acceptedAt: NOW.toISOString(), refusals: undefined, beforeConnect: undefined },
    ],
    [
      "another accepted response: the first one counts",
      { ...connected, refusals: 1 },
      (record) => changes.accept(record, request("Create", { requestId: "create-1" }), SAFE, NOW),
      { acceptedAt: connected.acceptedAt, refusals: undefined },
    ],
    [
      "an accepted response to another request than the one that connected, which was genuine",
      { ...connected, refusals: 1 },
      (record) => changes.accept(record, create, SAFE, NOW),
      { acceptedAt: connected.acceptedAt, refusals: 1, requestId: "create-1" },
    ],
    [
      "an accepted response to another request than the one that connected, which is not proven",
      { ...unproven, roleArn: `${ROLE}-left-over` },
      (record) => changes.accept(record, create, SAFE, NOW),
      { acceptedAt: NOW.toISOString(), requestId: "request-1", roleArn: ROLE, beforeConnect: undefined },
    ],
    [
      "an accepted response to a Create that was undone with a forged one that took its place",
      { ...pending, confirmationCode: "ABCD2345" },
      (record) => changes.accept(record, create, SAFE, NOW),
      { status: "connected", stackId: STACK, acceptedAt: NOW.toISOString(), confirmationCode: "ABCD2345" },
    ],
    [
      "an accepted response to a Create that was undone, and that was not probed for it",
      pending,
      (record) => changes.accept(record, create, undefined, NOW),
      { status: "pending", stackId: undefined, roleArn: undefined, acceptedAt: undefined },
    ],
    [
      "an accepted response to another request than the one that connected, and that was not probed for it",
      unproven,
      (record) => changes.accept(record, create, undefined, NOW),
      { requestId: "create-1", acceptedAt: undefined },
    ],
    [
      "an accepted response to a Create of another stack than the one that connected",
      unproven,
      (record) => changes.accept(record, request("Create", { stackId: OTHER }), SAFE, NOW),
      { stackId: STACK, acceptedAt: undefined },
    ],
    [
      "an accepted response to a Create that was undone, of whose stack a Delete was heard since: its role tells which one",
      { ...pending, deletedStacks: stackAt(0) },
      (record) => changes.accept(record, create, SAFE, NOW),
      {
        status: "connected",
        stackId: STACK,
        deleteHeardAt: NOW.toISOString(),
        nextProbeAt: at(120).toISOString(),
      },
    ],
    [
      "an accepted response to a Create of which a later one of the same stack failed",
      { ...pending, failedStacks: stackAt(1) },
      (record) => changes.accept(record, create, SAFE, NOW),
      { status: "pending", stackId: undefined },
    ],
    [
      "the Delete of its stack",
      connected,
      (record) => changes.deleteStack(record, request("Delete"), NOW),
      {
        status: "disconnected",
        openStackIds: [],
        endedAt: NOW.toISOString(),
        endedBy: "customer",
        deletedStacks: stackAt(0),
        deleteAfter: daysAfter(30, NOW),
      },
    ],
    [
      "the Delete of its stack, with a second one open",
      { ...connected, openStackIds: [STACK, OTHER] },
      (record) => changes.deleteStack(record, request("Delete"), NOW),
      { status: "disconnected", openStackIds: [OTHER], deleteAfter: daysAfter(60, NOW) },
    ],
    [
      "the Delete of that second one",
      { ...disconnected, openStackIds: [OTHER] },
      (record) => changes.deleteStack(record, other("Delete"), NOW),
      {
        status: "disconnected",
        openStackIds: [],
        deletedStacks: stackAt(0, OTHER),
        deleteAfter: daysAfter(30, NOW),
      },
    ],
    [
      "the Delete of its stack, after the vendor had ended the connection",
      { ...disconnected, endedBy: "vendor", openStackIds: [STACK] },
      (record) => changes.deleteStack(record, request("Delete"), NOW),
      { status: "disconnected", endedBy: "vendor", openStackIds: [], deleteAfter: daysAfter(30, NOW) },
    ],
    [
      "the Delete of a failed stack, with the link still good",
      { ...pending, openStackIds: [STACK] },
      (record) => changes.deleteStack(record, request("Delete"), NOW),
      {
        status: "pending",
        openStackIds: [],
        deletedStacks: stackAt(0),
        deleteAfter: daysAfter(31, pending.expiresAt),
      },
    ],
    [
      "the Delete of a failed stack, published at the same time by a clock that is not fine enough",
      { ...pending, openStackIds: [STACK], failedStacks: stackAt(0) },
      (record) => changes.deleteStack(record, request("Delete"), NOW),
      { status: "pending", openStackIds: [], deletedStacks: stackAt(0) },
    ],
    [
      "the Delete of a failed stack that was tried again since it was published",
      { ...pending, openStackIds: [STACK], failedStacks: stackAt(1) },
      (record) => changes.deleteStack(record, request("Delete"), NOW),
      { status: "pending", openStackIds: [STACK], deletedStacks: stackAt(0) },
    ],
    [
      "the Delete of a failed stack, with another one tried since it was published",
      { ...pending, openStackIds: [STACK, OTHER], failedStacks: stackAt(1, OTHER) },
      (record) => changes.deleteStack(record, request("Delete"), NOW),
      { status: "pending", openStackIds: [OTHER], deletedStacks: stackAt(0) },
    ],
    [
      "the Delete of a failed stack beside the connected one",
      { ...connected, openStackIds: [STACK, OTHER] },
      (record) => changes.deleteStack(record, other("Delete"), NOW),
      {
        status: "connected",
        openStackIds: [STACK],
        deletedStacks: stackAt(0, OTHER),
        deleteAfter: undefined,
      },
    ],
    [
      "the Delete of the last stack in the list, while connected by one that is not in it",
      { ...connected, openStackIds: [OTHER] },
      (record) => changes.deleteStack(record, other("Delete"), NOW),
      { status: "connected", openStackIds: [], deleteAfter: undefined },
    ],
    [
      "the Delete of a failed stack, cancelled meanwhile",
      { ...pending, status: "cancelled", openStackIds: [STACK], endedAt: NOW.toISOString() },
      (record) => changes.deleteStack(record, request("Delete"), NOW),
      { status: "cancelled", deleteAfter: daysAfter(31, NOW) },
    ],
    [
      "the Delete of one of two failed stacks",
      { ...pending, openStackIds: [STACK, OTHER], deleteAfter: undefined },
      (record) => changes.deleteStack(record, other("Delete"), NOW),
      {
        openStackIds: [STACK],
        deletedStacks: stackAt(0, OTHER),
        deleteAfter: daysAfter(60, pending.expiresAt),
      },
    ],
  ];
  for (const [what, before, change, expected] of rows) {
    it(what, () => {
      const record = changed(before, change);
      const found = Object.fromEntries(
        Object.keys(expected).map((name) => [name, record[name as keyof Connection]]),
      );
      assert.deepEqual(found, expected);
      if (isConnected(record))
        assert.equal(record.deleteAfter, undefined, "TTL may have a record that lives");
      else if (record.deleteAfter !== before.deleteAfter)
        assert.equal(record.deleteAfter, deleteAfter(record));
    });
  }

  it("the same Delete twice remembers the stack once", () => {
    const remember: Change = (record) => changes.deleteStack(record, request("Delete"), NOW);
    const once = changed(pending, remember);
    assert.deepEqual(changed(once, remember), once);
  });

  it("an older Delete that comes later keeps the time of the last one", () => {
    const deletedStacks = stackAt(5);
    const record = changed({ ...pending, deletedStacks }, (one) =>
      changes.deleteStack(one, request("Delete"), NOW),
    );
    assert.deepEqual(record.deletedStacks, deletedStacks);
  });

  it("as many stacks as are kept remembers no further one, and lets go of it", () => {
    const deletedStacks = Object.fromEntries(manyStacks("gone").map((stack) => [stack, NOW.toISOString()]));
    const worn = { ...pending, deletedStacks, openStackIds: [THIRD] };
    const record = changed(worn, (record) =>
      changes.deleteStack(record, request("Delete", { stackId: THIRD }), NOW),
    );
    assert.deepEqual([record.deletedStacks, record.openStackIds], [deletedStacks, []]);
  });

  it("a thousand stacks that fail, deleted or not, is as long as after twenty", () => {
    const lengthAfter = (stacks: number) => {
      let record: Connection = pending;
      for (let index = 0; index < stacks; index++) {
        const stack = { stackId: stackId(`stack-${String(index).padStart(4, "0")}`) };
        record = changed(record, (one) => changes.fail(one, request("Create", stack), reason));
        if (index % 2 === 0)
          record = changed(record, (one) => changes.deleteStack(one, request("Delete", stack), NOW));
      }
      return JSON.stringify(record).length;
    };
    assert.equal(lengthAfter(1000), lengthAfter(2 * MAX_STACKS));
    assert.ok(lengthAfter(1000) < 10_000);
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
          properties: { ...properties, TemplateVersion: "bbbbbbbbbbbb" },
        });
        const { status, reason, verifiedAt, templateVersion, roleArn, requestId, openStackIds } = changed(
          bad,
          (record) => changes.update(record, update, { roleArn: `${ROLE}2`, probe }, NOW),
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
          {
            templateVersion: "bbbbbbbbbbbb",
            roleArn: `${ROLE}2`,
            requestId: "update-1",
            openStackIds: [STACK],
          },
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
  const madeUp = { physicalResourceId: "acme-Connection-X1Y2" };
  const marker = { physicalResourceId: FAILED_PHYSICAL_ID };
  const retried: Connection = { ...connected, retriedAt: "2026-03-01T11:31:00.000Z" };
  const before = { publishedAt: new Date("2026-03-01T11:29:59.999Z") };
  const rows: readonly (readonly [
    what: string,
    request: StackRequest,
    connection: Connection,
    expected: "disconnects" | "is found out about" | "is remembered" | "changes nothing",
  ])[] = [
    ["of the connected stack", request("Delete"), connected, "disconnects"],
    ["of the connected stack, tried twice", request("Delete"), retried, "disconnects"],
    ["with a physical ID that CloudFormation made up", request("Delete", madeUp), connected, "disconnects"],
    [
      "with a physical ID that CloudFormation made up, of a stack that was tried twice",
      request("Delete", madeUp),
      retried,
      "is found out about",
    ],
    [
      "with a physical ID that CloudFormation made up, published before the Create that connected",
      request("Delete", { ...madeUp, ...before }),
      connected,
      "is remembered",
    ],
    ["of a Create that failed", request("Delete", marker), connected, "is found out about"],
    [
      "of a Create that failed, published before the one that connected",
      request("Delete", { ...marker, ...before }),
      connected,
      "is remembered",
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
    ["delivered twice", request("Delete"), disconnected, "is remembered"],
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
      const isRemembered = asked.stackId in (change?.deletedStacks ?? {});
      assert.ok(isRemembered);
      const isFoundOut = expected === "is found out about";
      assert.equal(change?.deleteHeardAt, isFoundOut ? NOW.toISOString() : undefined);
      assert.equal(change?.nextProbeAt, isFoundOut ? at(120).toISOString() : undefined);
      if (isConnected(connection) && expected !== "disconnects" && asked.stackId === STACK) {
        assert.ok(!change?.openStackIds, "the connected stack is open");
      }
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
  it("a pending connection ends it, and TTL may have the record 30 days after its statement goes", () => {
    const { status, endedAt, endedBy, deleteAfter } = endings.cancel(pending, NOW) ?? {};
    assert.deepEqual([status, endedAt, endedBy], ["cancelled", NOW.toISOString(), "tenant"]);
    assert.equal(deleteAfter, daysAfter(31, NOW));
  });

  it("one with an open stack keeps its record 30 days longer than that stack is waited for", () => {
    const change = endings.cancel({ ...pending, openStackIds: [STACK] }, NOW);
    assert.equal(change?.deleteAfter, daysAfter(60, NOW));
  });

  it("one that is cancelled already changes nothing, even past its end", () => {
    const cancelled: Connection = { ...pending, status: "cancelled" };
    assert.equal(endings.cancel(cancelled, NOW), undefined);
    assert.equal(endings.cancel({ ...cancelled, expiresAt: NOW.toISOString() }, NOW), undefined);
  });

  for (const [what, connection, sentence] of [
    ["connected", connected, /already connected.*deleting the stack/],
    ["unreachable", { ...connected, status: "unreachable" }, /already connected/],
    ["unsafe", { ...connected, status: "unsafe" }, /already connected/],
    ["disconnected", disconnected, /already ended/],
    ["ended by the vendor", { ...disconnected, endedBy: "vendor" }, /^(?!.*stack).*already ended/],
    ["expired", { ...pending, expiresAt: NOW.toISOString() }, /already expired, at 2026-03-01T12:00:00.000Z/],
  ] as const) {
    it(`one that is ${what} is an error that says so`, () => {
      assert.throws(
        () => endings.cancel(connection, NOW),
        (error: Error) => error instanceof endings.NotCancellableError && sentence.test(error.message),
      );
    });
  }
});

describe("the vendor's end", () => {
  it("disconnects, says why, and keeps the record as long as the stack may be deleted, and 30 days more", () => {
    for (const status of ["connected", "unreachable", "unsafe"] as const) {
      const change = endings.endByVendor(
        { ...connected, status, nextProbeAt: "x" },
        "The account\u0007 was closed.",
        NOW,
      );
      assert.deepEqual(change, {
        status: "disconnected",
        endedAt: NOW.toISOString(),
        endedBy: "vendor",
        endReason: "The account  was closed.",
        nextProbeAt: undefined,
        deleteHeardAt: undefined,
        deleteAfter: daysAfter(210, NOW),
      });
    }
  });

  it("of what has ended changes nothing", () => {
    assert.equal(endings.endByVendor(disconnected, "closed", NOW), undefined);
  });

  it("of what never was connected is an error that says so", () => {
    for (const status of ["pending", "cancelled"] as const) {
      assert.throws(
        () => endings.endByVendor({ ...pending, status }, "closed", NOW),
        (error: Error) =>
          error instanceof endings.NotEndableError && /never was connected/.test(error.message),
      );
    }
  });
});

describe("a stack that is tried again beside the connected one", () => {
  const says = (type: "Create" | "Delete", seconds: number) =>
    request(type, { stackId: OTHER, publishedAt: at(seconds), physicalResourceId: FAILED_PHYSICAL_ID });
  const failing = (seconds: number) => (before: Connection) =>
    changes.fail(before, { ...says("Create", seconds), physicalResourceId: undefined }, reason);
  const deleted = (seconds: number) => (before: Connection) =>
    changes.deleteStack(before, says("Delete", seconds), NOW) ?? {};
  const retried = [failing(10), failing(30)].reduce(changed, connected);

  it("stays open when the Delete of what was tried before comes late", () => {
    assert.ok(changed(retried, deleted(20)).openStackIds?.includes(OTHER));
  });

  it("is closed, and forgotten, by its last Delete", () => {
    const { openStackIds, failedStacks } = changed(retried, deleted(40));
    assert.ok(!openStackIds?.includes(OTHER));
    assert.equal(failedStacks, undefined);
  });
});
