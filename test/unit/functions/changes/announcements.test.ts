/** What the vendor's applications hear of: only what was accepted and can be used, and once. */
import assert from "node:assert/strict";
import * as v from "valibot";
import {
  endingSoon,
  organizationStatus,
  statusChange,
  templateOutdated,
} from "../../../../functions/changes/announcements.js";
import { EndingSoon } from "../../../../functions/changes/ending-soon.js";
import { OrganizationStatus } from "../../../../functions/changes/organization-status.js";
import { StatusChange } from "../../../../functions/changes/status-change.js";
import { TemplateOutdated } from "../../../../functions/changes/template-outdated.js";
import type { Connection } from "../../../../functions/domain/connection.js";
import * as fixtures from "../../fixtures.js";

const AT = "2026-03-01T12:00:00.000Z";
const CHANGED = "2026-03-01T11:59:00.000Z";

const { pending } = fixtures;
const created: Connection = { ...fixtures.unproven, statusChangedAt: CHANGED };
const accepted: Connection = { ...created, acceptedAt: CHANGED };
const unconfirmed: Connection = { ...accepted, confirmation: "required" };
const unreachable: Connection = { ...accepted, status: "unreachable", reason: "It is gone." };
const ended: Connection = { ...accepted, status: "disconnected", endedBy: "customer" };

describe("Applications hear", () => {
  for (const [what, before, after, heard] of [
    ["of no link", undefined, pending, undefined],
    ["of no cancelled link", pending, { ...pending, status: "cancelled" }, undefined],
    ["of no Create that CloudFormation may not have asked for", pending, created, undefined],
    ["of none that is undone", created, pending, undefined],
    ["of a connection once the response to it was accepted", created, accepted, "pending connected"],
    ["of a connection that has no stack", pending, { ...created, stackId: undefined }, "pending connected"],
    [
      "of no connection before its code was entered",
      { ...created, confirmation: "required" },
      unconfirmed,
      undefined,
    ],
    [
      "of a connection once its code was entered",
      unconfirmed,
      { ...accepted, confirmation: "done" },
      "pending connected",
    ],
    [
      "of no problem of a connection without its code",
      unconfirmed,
      { ...unreachable, confirmation: "required" },
      undefined,
    ],
    ["of a role that is gone", accepted, unreachable, "connected unreachable"],
    ["of a role that is unsafe", unreachable, { ...unreachable, status: "unsafe" }, "unreachable unsafe"],
    ["of a role that works again", unreachable, accepted, "unreachable connected"],
    ["of no probe that found what was known", accepted, { ...accepted, verifiedAt: AT }, undefined],
    [
      "of no end of what they never heard of",
      unconfirmed,
      { ...unconfirmed, status: "disconnected" },
      undefined,
    ],
    ["of no end of what was never accepted", created, { ...created, status: "disconnected" }, undefined],
    ["of the end", accepted, ended, "connected disconnected"],
    ["of no change after the end", ended, { ...ended, reason: "Another one failed." }, undefined],
    ["of no record that was removed", ended, undefined, undefined],
  ] as const satisfies readonly (readonly [
    string,
    Connection | undefined,
    Connection | undefined,
    string | undefined,
  ])[]) {
    it(what, () => {
      const detail = statusChange({ before, after }, AT);
      assert.equal(detail && `${detail.previousStatus} ${detail.status}`, heard);
      if (detail) v.assert(StatusChange, detail);
    });
  }

  it("when it became true: the change of status, or later what made it usable", () => {
    assert.equal(statusChange({ before: accepted, after: unreachable }, AT)?.statusChangedAt, CHANGED);
    assert.equal(statusChange({ before: created, after: accepted }, AT)?.statusChangedAt, AT);
  });

  it("why a connection was ended, and by whom", () => {
    const after: Connection = {
      ...ended,
      endedBy: "vendor",
      endReason: "It was closed.",
      reason: "It is gone.",
    };
    const { endedBy, reason } = statusChange({ before: unreachable, after }, AT) ?? {};
    assert.deepEqual([endedBy, reason], ["vendor", "It was closed."]);
    assert.equal(statusChange({ before: unreachable, after: ended }, AT)?.reason, undefined);
  });
});

describe("Applications are warned", () => {
  const endsAt = "2026-03-15T12:00:00.000Z";

  it("once that a connection will be ended, when and why", () => {
    const after = { ...unreachable, endsAt };
    const detail = endingSoon({ before: unreachable, after });
    assert.ok(detail);
    v.assert(EndingSoon, detail);
    assert.deepEqual(
      [detail.endsAt, detail.unreachableSince, detail.reason],
      [endsAt, CHANGED, "It is gone."],
    );
    assert.equal(endingSoon({ before: after, after: { ...after, deniedProbes: 9 } }), undefined);
  });

  it("of nothing else", () => {
    assert.equal(endingSoon({ before: accepted, after: unreachable }), undefined);
    assert.equal(endingSoon({ before: unreachable, after: undefined }), undefined);
    const unknown = { ...unreachable, confirmation: "required" } as const;
    assert.equal(endingSoon({ before: unknown, after: { ...unknown, endsAt } }), undefined);
  });
});

describe("Applications are told that a stack has an earlier template", () => {
  const before: Connection = { ...accepted, tier: "read", templateVersion: "version00001" };
  const after: Connection = { ...before, laterTemplate: "version00002" };

  it("once for each version", () => {
    const detail = templateOutdated({ before, after });
    assert.ok(detail);
    v.assert(TemplateOutdated, detail);
    assert.deepEqual(
      [detail.tier, detail.templateVersion, detail.currentTemplateVersion],
      ["read", "version00001", "version00002"],
    );
    assert.equal(templateOutdated({ before: after, after: { ...after, verifiedAt: AT } }), undefined);
    const next = { ...after, laterTemplate: "version00003" };
    assert.equal(templateOutdated({ before: after, after: next })?.currentTemplateVersion, "version00003");
  });

  it("and not that it has none", () => {
    assert.equal(templateOutdated({ before: after, after: before }), undefined);
    assert.equal(templateOutdated({ before: after, after: undefined }), undefined);
    const unknown: Connection = { ...after, templateVersion: "" };
    v.assert(TemplateOutdated, templateOutdated({ before: undefined, after: unknown }));
  });
});

describe("Of a whole organization applications hear", () => {
  const counts = { connected: 1, awaited: 3, unreachable: 0, unsafe: 0, disconnected: 2, excluded: 1 };
  const organization: Connection = {
    ...accepted,
    kind: "organization",
    organizationId: "o-a1b2c3d4e5",
    counts,
  };

  it("how many accounts there are of each status, whenever that has changed", () => {
    const after = {
      ...organization,
      counts: { ...counts, connected: 2, awaited: 2 },
      listedAt: AT,
      revision: 9,
    };
    const heard = organizationStatus({ before: organization, after });
    v.assert(OrganizationStatus, heard);
    assert.deepEqual(heard.counts, { ...counts, connected: 2, awaited: 2 });
    assert.deepEqual([heard.total, heard.organizationId, heard.listedAt], [4, "o-a1b2c3d4e5", AT]);
    assert.deepEqual([heard.kind, heard.revision], ["organization", 9]);
  });

  it("what holds the end of its accounts, and why they could not be listed", () => {
    for (const [changes, heard] of [
      [{ heldEnds: 20 }, { heldEnds: 20 }],
      [{ listingProblem: "No." }, { problem: "No." }],
      [{ status: "disconnected" }, { status: "disconnected" }],
    ] as const) {
      const told = organizationStatus({ before: organization, after: { ...organization, ...changes } });
      assert.deepEqual({ ...told, ...heard }, told);
    }
  });

  it("nothing else: no listing that found what was known, and nothing of what is not accepted", () => {
    const before = { ...organization, nextListingAt: AT };
    const after = {
      ...organization,
      counts: { ...counts },
      nextListingAt: CHANGED,
      listings: 7,
      listedAt: AT,
    };
    assert.equal(organizationStatus({ before, after }), undefined);
    assert.equal(
      organizationStatus({ before: undefined, after: { ...after, acceptedAt: undefined } }),
      undefined,
    );
    assert.equal(organizationStatus({ before: pending, after: { ...accepted, counts } }), undefined);
    assert.equal(organizationStatus({ before: accepted, after: undefined }), undefined);
  });

  it("and of its accounts, with the key of the organization", () => {
    const before: Connection = {
      ...pending,
      externalId: `${pending.externalId}.555566667777`,
      kind: "member",
      organization: pending.externalId,
      status: "awaited",
      topicArn: undefined,
    };
    const heard = statusChange({ before, after: { ...before, status: "connected" } }, AT);
    v.assert(StatusChange, heard);
    assert.deepEqual(
      [heard.previousStatus, heard.status, heard.kind, heard.organization],
      ["awaited", "connected", "member", pending.externalId],
    );
  });
});
