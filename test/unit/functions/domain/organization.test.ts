import assert from "node:assert/strict";
import type { Connection } from "../../../../functions/domain/connection.js";
import { isExternalId } from "../../../../functions/domain/external-id.js";
import {
  confirmHeldEnds,
  isListable,
  lookAgain,
  newMember,
  stackSetNameOf,
} from "../../../../functions/domain/organization.js";
import { connected, NOW } from "../../fixtures.js";

const organization: Connection = {
  ...connected,
  kind: "organization",
  acceptedAt: NOW.toISOString(),
  organizationId: "o-a1b2c3d4e5",
  tier: "basic",
  templateVersion: "aaaaaaaaaaaa",
};
const secondsAgo = (seconds: number) => new Date(NOW.getTime() - seconds * 1000).toISOString();
const now = NOW.toISOString();

describe("An organization", () => {
  for (const [what, changes, expected] of [
    ["that is connected", {}, true],
    ["whose role was out of reach at the last probe", { status: "unreachable" }, true],
    ["whose role serves others, too", { status: "unsafe" }, false],
    ["of which CloudFormation has not taken the response yet", { acceptedAt: undefined }, false],
    ["whose code was not entered", { confirmation: "required" }, false],
    ["whose code was entered", { confirmation: "done" }, true],
    ["that has ended", { status: "disconnected" }, false],
  ] as const) {
    it(`${what} may ${expected ? "" : "not "}be listed`, () => {
      assert.equal(isListable({ ...organization, ...changes }), expected);
      assert.equal(lookAgain({ ...organization, ...changes }, NOW) !== undefined, expected);
    });
  }

  it("is listed again for whoever asks, once a minute", () => {
    assert.deepEqual(lookAgain({ ...organization, listedAt: secondsAgo(60) }, NOW), {
      nextListingAt: now,
      listingRequestedAt: now,
    });
    assert.equal(lookAgain({ ...organization, listedAt: secondsAgo(59) }, NOW), undefined);
  });

  it("lets as many ends through as an operator saw held", () => {
    assert.equal(confirmHeldEnds(organization, NOW), undefined);
    assert.deepEqual(confirmHeldEnds({ ...organization, heldEnds: 12 }, NOW), {
      heldEnds: undefined,
      confirmedEnds: 12,
      nextListingAt: now,
      listingRequestedAt: now,
    });
  });

  it("has a StackSet of its stack's name", () => assert.equal(stackSetNameOf(organization), "acme"));

  it("gives its members what belongs to whom it belongs to, and a role of a name that follows from its own", () => {
    const account = { accountId: "555566667777", accountName: "Build", customerRolePath: "/onboarding/dev/" };
    const member = newMember(organization, account, NOW);
    assert.ok(isExternalId(member.externalId));
    assert.deepEqual(member, {
      externalId: `${organization.externalId}.555566667777`,
      kind: "member",
      accountId: "555566667777",
      accountName: "Build",
      organization: organization.externalId,
      region: "eu-west-1",
      tenant: "4711",
      grantedTo: "Acme",
      tier: "basic",
      status: "awaited",
      revision: 1,
      createdAt: now,
      expiresAt: now,
      roleArn: "arn:aws:iam::555566667777:role/onboarding/dev/connection-0b1f5a0e",
      nextProbeAt: now,
    });
  });
});
