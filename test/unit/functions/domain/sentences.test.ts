import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as ownRoleSentences from "../../../../functions/domain/own-role-sentences.js";
import * as otherSentences from "../../../../functions/domain/sentences.js";

const read = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8");

const UNCHANGED = "the advice is wrongGrantee's";
const NEW_LINK = "the advice is linkExpired's";
const RULES = "the template's rules refuse such a stack before it sends anything";
const LISTED =
  "the embedded cloud's organizations meet it in test/e2e/organizations, where nobody has to act on it";
const NEW_CONNECTION = "the advice is how every connection begins";
const NAMED = "says which value is to be named";
const STATES = "says where something stands, to whoever wanted to end it";

/** Sentences whose advice no end-to-end test follows, and why not. */
const NOT_FOLLOWED: Readonly<Record<string, string>> = {
  invalidProperties: UNCHANGED,
  notARole: UNCHANGED,
  roleOfAnotherAccount: UNCHANGED,
  roleUnderAnotherPath: UNCHANGED,
  wrongTopic: UNCHANGED,
  roleArnNotAccepted: UNCHANGED,
  roleNotAssumable: "a denied role is waited for until 150 s have passed; the advice is roleNotSafe's",
  stsSwitchedOff: "the embedded cloud cannot switch STS off",
  CODE_NOT_KNOWN: "the advice is becameUnreachable's",
  STACK_DELETED: NEW_LINK,
  triedWithTooManyStacks: NEW_LINK,
  triedTooOften: NEW_LINK,
  externalIdOfAnotherRegion: RULES,
  wrongRegion: RULES,
  unreachableForDays: "says why a connection was ended; onboarding why says what is next",
  MADE_BY_A_STACK: STATES,
  OTHER_ROLE_CONNECTED: STATES,
  ownRoleExpired: NEW_CONNECTION,
  ownRoleTriedTooOften: NEW_CONNECTION,
  notTheArnOfARole: NAMED,
  ownRoleOfAnotherAccount: NAMED,
  ownRoleUnderAnotherPath: NAMED,
  NEVER_CONNECTED: STATES,
  CONNECTED_ALREADY: STATES,
  ENDED_ALREADY: STATES,
  expiredAlready: STATES,
  organizationNotReadable: "the advice is roleNotSafe's: to use the template unchanged",
  consolidatedBillingOnly: "the embedded cloud cannot enable all features",
  memberRoleDenied: "the embedded cloud has no resource control policies",
  memberUnreachable: "the advice is becameUnreachable's, in StackSets",
  memberUnsafe: "the advice is becameUnsafe's, in StackSets",
  memberNotActive: LISTED,
  MANAGEMENT_ACCOUNT_SKIPPED: LISTED,
  organizationNotListable: LISTED,
  anotherOrganization: NEW_LINK,
  tooManyMembers: LISTED,
  heldEnds: LISTED,
  MEMBER_FOLLOWS: STATES,
  ACCOUNT_LEFT: STATES,
  ACCOUNT_CLOSED: STATES,
  ORGANIZATION_ENDED: STATES,
};

const sentences = { ...otherSentences, ...ownRoleSentences };

describe("The sentences that people read", () => {
  const followed = [
    ...readdirSync(new URL("../../../e2e/advice", import.meta.url)).map((name) => `test/e2e/advice/${name}`),
    "test/e2e/own-role.test.ts",
    "test/e2e/troubles.test.ts",
  ]
    .map(read)
    .join("");

  for (const name of Object.keys(sentences)) {
    it(`include ${name}, whose advice is followed in an end-to-end test, or known not to be`, () => {
      const isFollowed = new RegExp(`sentences\\.${name}\\b`).test(followed);
      assert.notEqual(isFollowed, name in NOT_FOLLOWED, NOT_FOLLOWED[name]);
    });
  }

  it("all exist that are known not to be followed", () => {
    for (const name of Object.keys(NOT_FOLLOWED)) assert.ok(name in sentences, name);
  });
});
