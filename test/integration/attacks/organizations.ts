/** Requests that are about whole organizations and their accounts. Members have no stack that phones home: whoever names one made it up. */
import { type Attack, FAILED, failed, inputs, keptWith } from "./attack.js";
import {
  ATTACKER,
  connections,
  forged,
  genuine,
  later,
  MEMBER,
  notification,
  roleOf,
  signed,
  stackOf,
  VICTIM,
  wholeCreate,
  withProperties,
} from "./scene.js";

const { victimOrganization, victimMember, attackerPending } = connections;

const toMember = withProperties(genuine, { ExternalID: victimMember.externalId });
const toOrganization = withProperties(genuine, { ExternalID: victimOrganization.externalId });
const UNKNOWN = /belongs to none of our links/;

export const organizations: readonly Attack[] = [
  {
    title: "a stack that claims an account of the victim's organization",
    why: "A member has no topic: no stack phones home for it, and nobody is told that it is there.",
    inputs: {
      "with the attacker's values": notification(toMember),
      "with the member's account and role": notification(
        withProperties(toMember, { AccountID: MEMBER, RoleArn: victimMember.roleArn }),
      ),
      "of the member's own account": notification(
        signed(
          withProperties(
            { ...toMember, StackId: stackOf(MEMBER, "own") },
            { AccountID: MEMBER, RoleArn: victimMember.roleArn, GrantedTo: victimMember.grantedTo },
          ),
        ),
      ),
    },
    expected: failed(UNKNOWN),
  },
  {
    title: "a stack that makes the attacker's account a member of the victim's organization",
    why: "Only AWS's own list makes members: there is no such record.",
    inputs: inputs([ATTACKER, VICTIM, "000000000000"], (account: string) =>
      notification(withProperties(genuine, { ExternalID: `${victimOrganization.externalId}.${account}` })),
    ),
    expected: { calls: ["UpdateItem (condition not met)", "PUT FAILED 200", "GetItem"], reason: UNKNOWN },
  },
  {
    title: "a stack of the attacker's that names the victim's organization",
    why: "It is another account's link: the stranger is told neither the stack nor the root of the organization.",
    inputs: {
      "with a Create": notification(toOrganization),
      "with a Create, and the victim's account and role": notification(
        withProperties(toOrganization, { AccountID: VICTIM, RoleArn: victimOrganization.roleArn }),
      ),
    },
    expected: failed(new RegExp(`^(?!.*(stack/victim|r-ab12)).*${VICTIM}.*${ATTACKER}`)),
  },
  {
    title: "a Delete of a member, signed by its own account",
    why: "The response is accepted, and the record is of no stack: nothing ends.",
    inputs: {
      "of the member's account": notification(
        signed(later({ ...toMember, StackId: stackOf(MEMBER, "own") }, "Delete")),
      ),
      "of the attacker's account": notification(signed(later(toMember, "Delete"))),
    },
    expected: { calls: ["PUT SUCCESS 200", "GetItem"] },
  },
  {
    title: "a forged Delete of the organization's stack",
    why: "The bucket refuses the response, so that neither the organization nor any of its accounts ends.",
    inputs: {
      "all of it": notification(
        forged(later({ ...toOrganization, StackId: victimOrganization.stackId ?? "" }, "Delete")),
      ),
    },
    expected: { calls: ["PUT SUCCESS 403"] },
  },
  {
    title: "a link for one account with the stack of an organization",
    why: "The link says which of the two it is for: nothing is probed, and nothing asked of AWS.",
    inputs: {
      "with its role": notification(wholeCreate),
      "with a root and a way to call of the attacker's": notification(
        withProperties(wholeCreate, { RootId: "r-evil", CallAs: "SELF", OrganizationId: "o-evil" }),
      ),
    },
    expected: {
      ...keptWith(/made from the template for a whole organization/),
      changes: { attackerPending: FAILED },
    },
  },
  {
    title: "a link for one account with the role of another organization's stack",
    why: "The account and the path are right, and the role is probed with the link's own external ID, which opens it for nobody.",
    inputs: {
      "of the attacker's account": notification(
        withProperties(genuine, { RoleArn: roleOf(ATTACKER, "organization-99999999") }),
        { Timestamp: new Date(Date.now() - 3 * 60_000).toISOString() },
      ),
    },
    expected: {
      calls: ["UpdateItem", "AssumeRole", "PUT FAILED 200", "GetItem", "UpdateItem"],
      reason: new RegExp(`with the external ID ${attackerPending.externalId}`),
      changes: { attackerPending: FAILED },
    },
  },
];
