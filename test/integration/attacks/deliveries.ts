/**
 * Genuine messages that come again, too late or in another order, and Deletes that CloudFormation never sent. SNS delivers at least once, in any
 * order, and whoever may publish can repeat what it once saw.
 */
import { type Attack, FAILED, failed, inputs, keptWith, READ, UNSIGNED_DELETE } from "./attack.js";
import {
  ATTACKER,
  type ConnectionName,
  connections,
  forged,
  genuine,
  later,
  type Message,
  minutesAgo,
  notification,
  ownCreate,
  roleOf,
  signed,
  stackOf,
  VICTIM,
  victimCreate,
  withProperties,
} from "./scene.js";

/** The Create of the attacker's stack of the same name as the link. */
const createOf = (name: ConnectionName, stackName: string) =>
  signed(
    withProperties(
      { ...genuine, StackId: stackOf(ATTACKER, stackName) },
      { ExternalID: connections[name].externalId },
    ),
  );

const victimConnected: Message = withProperties(
  { ...victimCreate, StackId: stackOf(VICTIM, "victim") },
  { ExternalID: connections.victimConnected.externalId, RoleArn: roleOf(VICTIM, "victim") },
);
const victimDelete = later(victimConnected, "Delete");

export const deliveries: readonly Attack[] = [
  {
    title: "a forged Delete of the victim's connection",
    why: "A connection ends only after the bucket accepted the response, and it refuses what CloudFormation did not sign for.",
    inputs: {
      "with all values right": notification(forged(victimDelete)),
      "with a made-up physical ID": notification(
        forged(later(victimConnected, "Delete", "victim-Connection-1A2B3C4D5E6F")),
      ),
      "with the physical ID of a failed Create": notification(
        forged(later(victimConnected, "Delete", "onboarding-connection-failed")),
      ),
      "with the signature of the attacker's own stack": notification({
        ...victimDelete,
        ResponseURL: forged(victimDelete).ResponseURL.replace(/[0-9a-f]+$/, genuine.ResponseURL.slice(-64)),
      }),
      "with an access key and the older kind of signature": notification({
        ...victimDelete,
        ResponseURL: forged(victimDelete).ResponseURL.replace(
          /\?.*$/,
          "?AWSAccessKeyId=AKIA&Expires=4000000000&Signature=AAAA",
        ),
      }),
      "with a signature without any value": notification({
        ...victimDelete,
        ResponseURL: forged(victimDelete).ResponseURL.replace(/\?.*$/, "?X-Amz-Signature="),
      }),
      "of a resource of another name": notification(forged({ ...victimDelete, LogicalResourceId: "Other" })),
      "of the stack of the open link": notification(forged(later(victimCreate, "Delete"))),
    },
    expected: UNSIGNED_DELETE,
  },
  {
    title: "a Delete of the attacker's own stack that names the victim's connection",
    why: "It succeeds, since no customer's stack is ever held up, but ends nothing: the connected stack is another one, in another account.",
    inputs: inputs(
      {
        "the victim's physical ID": `onboarding-connection:${connections.victimConnected.externalId}`,
        "a made-up physical ID": "attacker-Connection-1A2B3C4D5E6F",
        "the physical ID of a failed Create": "onboarding-connection-failed",
        "the victim's role as the physical ID": roleOf(VICTIM, "victim"),
        "the victim's stack as the physical ID": stackOf(VICTIM, "victim"),
      },
      (physicalId: string) =>
        notification(
          signed(
            later(
              withProperties(genuine, { ExternalID: connections.victimConnected.externalId }),
              "Delete",
              physicalId,
            ),
          ),
        ),
    ),
    expected: { calls: ["PUT SUCCESS 200", "GetItem"] },
  },
  {
    title: "a Delete of the attacker's own stack that names the victim's open link",
    why: "A stack of another account is not remembered as deleted; the link connects the victim's stack as before.",
    inputs: {
      "as if it had failed": notification(
        signed(
          later(
            withProperties(genuine, { ExternalID: connections.victimPending.externalId }),
            "Delete",
            "onboarding-connection-failed",
          ),
        ),
      ),
    },
    expected: { calls: ["PUT SUCCESS 200", "GetItem"] },
  },
  {
    title: "a Delete with the victim's physical ID and the attacker's own external ID",
    why: "The physical ID decides nothing: a Delete ends the connection of its own stack.",
    inputs: {
      "of a stack that never connected": notification(
        signed(later(genuine, "Delete", `onboarding-connection:${connections.victimConnected.externalId}`)),
      ),
    },
    expected: {
      calls: ["PUT SUCCESS 200", "GetItem", "UpdateItem"],
      changes: { attackerPending: ["deletedStacks"] },
    },
  },
  {
    title: "a Create delivered again",
    why: "The connected stack gets the same response, and nothing is written.",
    inputs: {
      "at once": notification(ownCreate),
      "after an Update": notification(ownCreate, minutesAgo(40)),
      "with another role in it": notification(
        withProperties(ownCreate, { RoleArn: roleOf(ATTACKER, "open") }),
      ),
      "with the victim's role in it": notification(
        withProperties(ownCreate, { RoleArn: roleOf(VICTIM, "victim"), AccountID: VICTIM }),
      ),
    },
    expected: { calls: [READ.otherCreate, "PUT SUCCESS 200"] },
  },
  {
    title: "the Create that connected, with a signature that the bucket refuses",
    why: "What connected is undone by a refused response only before one was accepted, and while a genuine URL would certainly be good.",
    inputs: {
      "forged, of the victim's stack": notification(forged(victimConnected)),
      "genuine, two hours later": notification(forged(ownCreate), minutesAgo(121)),
    },
    expected: { calls: [READ.otherCreate, "PUT SUCCESS 403"] },
  },
  {
    title: "a forged Create of the victim's connected stack, as if CloudFormation tried it again",
    why: "That it is tried again is noted before the response, so that the Delete of the first try does not end the connection; the note goes when the bucket refuses the response.",
    inputs: {
      "with another request's number": notification(
        forged({ ...victimConnected, RequestId: "00000000-0000-4000-8000-000000000000" }),
      ),
    },
    expected: { calls: [READ.otherCreate, "UpdateItem", "PUT SUCCESS 403", "GetItem", "UpdateItem"] },
  },
  {
    title: "a Create delivered late, when its link can no longer be used",
    why: "A link that expired or was cancelled, or whose connection ended, never connects anything again.",
    inputs: {
      "after it expired": notification(createOf("attackerExpired", "attacker-expired")),
      "after it expired, with the time it was published": notification(
        createOf("attackerExpired", "attacker-expired"),
        minutesAgo(30),
      ),
    },
    expected: {
      ...keptWith(/This link expired/),
      changes: { attackerExpired: FAILED },
    },
  },
  {
    title: "a Create with a link that was cancelled",
    why: "Cancelled stays cancelled.",
    inputs: { "another stack": notification(createOf("attackerCancelled", "attacker-cancelled")) },
    expected: {
      ...keptWith(/This link was cancelled/, "otherCreate"),
      changes: { attackerCancelled: FAILED },
    },
  },
  {
    title: "the Create of a stack whose connection has ended, delivered again",
    why: "What ended does not begin again, and a deleted stack is not counted among those that still have to publish.",
    inputs: { "the same stack": notification(createOf("attackerDisconnected", "attacker-disconnected")) },
    expected: {
      ...keptWith(/has ended/, "otherCreate"),
      changes: { attackerDisconnected: ["reason"] },
    },
  },
  {
    title: "the Create of a stack that was deleted before it arrived",
    why: "The Delete that overtook it is remembered.",
    inputs: { "after its Delete": notification(createOf("attackerGone", "attacker-gone")) },
    expected: {
      ...keptWith(/was already deleted/),
      changes: { attackerGone: ["reason", "requestId"] },
    },
  },
  {
    title: "a second stack with a link that is connected",
    why: "A link connects one stack, and the first one stays connected; the second one may still publish its Delete.",
    inputs: {
      "another stack": notification(createOf("attackerConnected", "another")),
    },
    expected: {
      ...keptWith(/already connected the stack .*attacker-connected/, "otherCreate"),
      changes: { attackerConnected: ["failedStacks", "openStackIds"] },
    },
  },
  {
    title: "a second resource of the connected stack",
    why: "A connection belongs to one resource of one stack.",
    inputs: {
      "of another name": notification(signed({ ...ownCreate, LogicalResourceId: "Another" })),
    },
    expected: failed(/connects only one/),
  },
  {
    title: "an Update delivered after a later one",
    why: "It was published before the last one that was applied, so what it says is out of date.",
    inputs: inputs(
      {
        "to another role": { RoleArn: roleOf(ATTACKER, "open") },
        "to the victim's role": { RoleArn: roleOf(VICTIM, "victim") },
        "to another version": { TemplateVersion: "000000000000" },
      },
      (properties: object) =>
        notification(signed(later(withProperties(ownCreate, { ...properties }), "Update")), minutesAgo(40)),
    ),
    expected: { calls: ["GetItem", "PUT SUCCESS 200"] },
  },
  {
    title: "an Update or a Delete of what was never connected",
    why: "An Update of an unknown stack is checked like a Create, and this one fails the checks.",
    inputs: {
      "an Update of a link that expired": notification(
        signed(later(createOf("attackerExpired", "attacker-expired"), "Update")),
      ),
    },
    expected: { ...keptWith(/This link expired/, "update"), changes: { attackerExpired: FAILED } },
  },
];
