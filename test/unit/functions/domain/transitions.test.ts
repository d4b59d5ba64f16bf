/** How requests change a record, and when TTL may have it. */
import assert from "node:assert/strict";
import { type Changes, type Connection, isConnected } from "../../../../functions/domain/connection.js";
import type { ProbeResult } from "../../../../functions/domain/probe.js";
import * as changes from "../../../../functions/domain/transitions.js";
import { MAX_DELETED_STACKS } from "../../../../functions/receiver/decision.js";
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

type Change = (record: Connection) => Changes;
type Row = readonly [what: string, before: Connection, change: Change, after: Partial<Connection>];

/** The record as it is after a change. */
const changed = (before: Connection, change: Change): Connection => ({ ...before, ...change(before) });

describe("a record after", () => {
  const rows: readonly Row[] = [
    [
      "a Create that connected",
      { ...pending, reason },
      (record) => changes.connected(record, create, ROLE, NOW),
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
      (record) => changes.connected(record, create, ROLE, NOW),
      { openStackIds: [STACK, OTHER].toSorted(), deleteAfter: undefined },
    ],
    [
      "a Create that was rolledBack: as if it had never been",
      connected,
      (record) => changes.rolledBack(record, create),
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
      "a Create that was rolledBack, with another stack open",
      { ...connected, openStackIds: [STACK, OTHER] },
      (record) => changes.rolledBack(record, create),
      { status: "pending", openStackIds: [OTHER], deleteAfter: undefined },
    ],
    [
      "a Create that failed: its stack is open",
      pending,
      (record) => changes.refused(record, create, reason),
      { status: "pending", openStackIds: [STACK], reason, deleteAfter: undefined },
    ],
    [
      "a Create that failed after its own Delete",
      { ...pending, deletedStacks: [STACK] },
      (record) => changes.refused(record, create, reason),
      { openStackIds: undefined, reason, deleteAfter: pending.deleteAfter },
    ],
    [
      "a Create of another account's stack that failed",
      pending,
      (record) => changes.refused(record, request("Create", { stackId: FOREIGN }), reason),
      { openStackIds: undefined, reason, deleteAfter: pending.deleteAfter },
    ],
    [
      "a second stack's Create that failed: the connection that works has no reason",
      connected,
      (record) => changes.refused(record, other("Create"), reason),
      {
        status: "connected",
        stackId: STACK,
        openStackIds: [STACK, OTHER].toSorted(),
        reason: undefined,
        deleteAfter: undefined,
      },
    ],
    [
      "an Update that was refused: its stack is open elsewhere",
      pending,
      (record) => changes.refused(record, request("Update"), reason),
      { openStackIds: undefined, reason, deleteAfter: pending.deleteAfter },
    ],
    [
      "a new stack's Create that failed once the connection had ended",
      disconnected,
      (record) => changes.refused(record, other("Create"), reason),
      { status: "disconnected", openStackIds: [OTHER], deleteAfter: undefined },
    ],
    [
      "the Delete of its stack",
      connected,
      (record) => changes.disconnected(record, request("Delete"), NOW),
      {
        status: "disconnected",
        openStackIds: [],
        disconnectedAt: NOW.toISOString(),
        deleteAfter: thirtyDaysAfter(NOW),
      },
    ],
    [
      "the Delete of its stack, with a second one open",
      { ...connected, openStackIds: [STACK, OTHER] },
      (record) => changes.disconnected(record, request("Delete"), NOW),
      { status: "disconnected", openStackIds: [OTHER], deleteAfter: undefined },
    ],
    [
      "the Delete of that second one",
      { ...disconnected, openStackIds: [OTHER] },
      (record) => changes.gone(record, other("Delete"), NOW),
      { status: "disconnected", openStackIds: [], deletedStacks: [OTHER], deleteAfter: thirtyDaysAfter(NOW) },
    ],
    [
      "the Delete of a failed stack, with the link still good",
      { ...pending, openStackIds: [STACK] },
      (record) => changes.gone(record, request("Delete"), NOW),
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
      (record) => changes.gone(record, other("Delete"), NOW),
      { status: "connected", openStackIds: [STACK], deletedStacks: [OTHER], deleteAfter: undefined },
    ],
    [
      "the Delete of the last stack in the list, while connected by one that is not in it",
      { ...connected, openStackIds: [OTHER] },
      (record) => changes.gone(record, other("Delete"), NOW),
      { status: "connected", openStackIds: [], deleteAfter: undefined },
    ],
    [
      "the Delete of a failed stack, cancelled meanwhile",
      { ...pending, status: "cancelled", openStackIds: [STACK] },
      (record) => changes.gone(record, request("Delete"), NOW),
      { status: "cancelled", deleteAfter: thirtyDaysAfter(NOW) },
    ],
    [
      "the Delete of one of two failed stacks",
      { ...pending, openStackIds: [STACK, OTHER], deleteAfter: undefined },
      (record) => changes.gone(record, other("Delete"), NOW),
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
    const remember: Change = (record) => changes.gone(record, request("Delete"), NOW);
    const once = changed(pending, remember);
    assert.deepEqual(changed(once, remember), once);
  });

  it("a hundred stacks that are gone remembers no further one, and lets go of it", () => {
    const deletedStacks = Array.from({ length: MAX_DELETED_STACKS }, (_, index) => stackId(`gone-${index}`));
    const worn = { ...pending, deletedStacks, openStackIds: [THIRD] };
    const record = changed(worn, (record) =>
      changes.gone(record, request("Delete", { stackId: THIRD }), NOW),
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
          reason: "cannot be assumed from our account any more",
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
          () => changes.updated(update, `${ROLE}2`, probe, NOW),
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

  it("a refusal keeps the reason as plain text of at most a thousand characters", () => {
    for (const [said, kept] of [
      ["line one\r\nline two\u0007", "line one line two "],
      ["turned \u202egnitirw\u202c around", "turned  gnitirw  around"],
      ["\u{1F600}".repeat(1200), "\u{1F600}".repeat(1000)],
    ] as const) {
      assert.equal(changes.refused(pending, create, said).reason, kept);
    }
  });
});
