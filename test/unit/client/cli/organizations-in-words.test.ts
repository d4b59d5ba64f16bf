/** What an operator reads of organizations. */
import assert from "node:assert/strict";
import {
  describeOrganization,
  listOfMembers,
  listOfOrganizations,
} from "../../../../client/cli/organizations-in-words.js";
import { terminalOn } from "../../../../client/cli/terminal.js";
import type { Connection } from "../../../../functions/domain/connection.js";
import { connected, EXTERNAL_ID, NOW } from "../../fixtures.js";

const organization: Connection = {
  ...connected,
  kind: "organization",
  organizationId: "o-a1b2c3d4e5",
  acceptedAt: NOW.toISOString(),
  counts: { connected: 4812, awaited: 180, unreachable: 7, unsafe: 1, disconnected: 3, excluded: 2 },
  reasons: { "iam:CreateRole was denied": 170, "The account is SUSPENDED.": 7 },
  listedAt: "2026-03-01T12:00:00.000Z",
  nextListingAt: "2026-03-01T13:00:00.000Z",
};

/** As a terminal without colours shows it. */
function shown(text: string): string {
  let written = "";
  const out = (part: string) => {
    written += part;
  };
  terminalOn({ out, error: assert.fail }).out(text);
  return written;
}

describe("An operator reads of an organization", () => {
  it("how many of its accounts are connected, and why the others are not", () => {
    assert.equal(
      shown(describeOrganization(organization, NOW)),
      [
        `${EXTERNAL_ID}  333344445555  connected  o-a1b2c3d4e5`,
        "4,812 of 5,000 accounts are connected; 180 awaited, 7 unreachable, 1 unsafe.",
        "Not counted: 3 that have left or were ended, 2 for which the customer's StackSet makes no role.",
        "Listed: 2026-03-01T12:00:00.000Z. Next: 2026-03-01T13:00:00.000Z.",
        "Why accounts are not connected:",
        "  170  iam:CreateRole was denied",
        "  7    The account is SUSPENDED.",
      ].join("\n"),
    );
  });

  it("that no stack has connected with its link, and no numbers", () => {
    const { organizationId: _, counts: __, reasons: ___, ...pending } = organization;
    assert.equal(
      shown(describeOrganization({ ...pending, status: "pending" }, NOW)),
      `${EXTERNAL_ID}  333344445555  pending\nNo stack has connected with its link, so there are no accounts: run onboarding why ${EXTERNAL_ID} to see what was tried.`,
    );
  });

  it("how many ends are held, what to do about it, and why a listing failed", () => {
    const text = describeOrganization(
      { ...organization, heldEnds: 20, listingProblem: "It was denied." },
      NOW,
    );
    assert.match(
      text,
      /^20 ends held: .* run onboarding organizations confirm eu-west-1:0b1f5a0e[-0-9a-f]+\.$/m,
    );
    assert.match(text, /^Problem: It was denied\.$/m);
  });

  it("that one has not been listed yet", () => {
    const { counts: _, reasons: _reasons, listedAt: _listedAt, ...fresh } = organization;
    assert.match(
      describeOrganization(fresh, NOW),
      /^0 of 0 accounts are connected; .*\nListed: never completely\./m,
    );
  });

  it("in a list, with those whose ends are held", () => {
    const lines = shown(listOfOrganizations([organization, { ...organization, heldEnds: 20 }])).split("\n");
    assert.match(
      lines[1] ?? "",
      /^connected {2}333344445555 {2}4711 {4}4,812 of 5,000 +2026-03-01 12:00 {2}eu-west-1:/,
    );
    assert.match(lines[2] ?? "", /4,812 of 5,000, 20 held/);
  });

  it("its accounts, with reasons that fit into the window", () => {
    const member: Connection = {
      ...connected,
      kind: "member",
      status: "unreachable",
      accountId: "555566667777",
      accountName: "Build",
      statusChangedAt: "2026-03-01T12:00:00.000Z",
      reason: "x".repeat(300),
    };
    const { reason: _, accountName: _name, ...fine } = member;
    const lines = shown(listOfMembers([member, { ...fine, status: "connected" }])).split("\n");
    assert.match(lines[1] ?? "", /^unreachable {2}555566667777 {2}Build {2}2026-03-01 12:00 {2}x+…$/);
    assert.ok(lines.every((line) => line.length <= 100));
    assert.match(lines[2] ?? "", /^connected +555566667777 {2}- /);
  });
});
