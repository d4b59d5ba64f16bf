/**
 * Requests that name what is not the sender's. The attacker's own stacks are real, with templates of the attacker's making: CloudFormation signs
 * whatever they send. A stack of another account can only be forged, and the bucket refuses that response.
 */
import { type Attack, FAILED, failed, inputs, keptWith, READ, unknown } from "./attack.js";
import {
  ATTACKER,
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
  TOPIC,
  VENDOR,
  VICTIM,
  victimCreate,
  withProperties,
} from "./scene.js";

const withProperty = (name: string) => (value: unknown) =>
  notification(withProperties(genuine, { [name]: value }));
const externalId = connections.attackerPending.externalId;
const naming = ({ externalId: ExternalID }: { readonly externalId: string }, message: Message = genuine) =>
  withProperties(message, { ExternalID });

/** What a response that the bucket refused leaves with the victim's open link. */
const REFUSED = { victimPending: ["refusals"] } as const;

/** Everything that the receiver does for a Create whose three probes pass, up to the response. */
const CONNECTING = ["UpdateItem", "AssumeRole", "UpdateItem"];
/** For a role that is not safe: nothing is written but the reason. */
const PROBED = ["UpdateItem", "AssumeRole", "PUT FAILED 200", "GetItem", "UpdateItem"];

export const requests: readonly Attack[] = [
  {
    title: "a stack of the attacker's that names the external ID of the victim's open link",
    why: "The stack's ID names the account that CloudFormation runs it in, which is not the one that the link was made for. The victim's record keeps the reason of the failed attempt, and nothing else.",
    inputs: {
      "with the attacker's values": notification(naming(connections.victimPending)),
      "with the victim's account": notification(
        withProperties(naming(connections.victimPending), { AccountID: VICTIM }),
      ),
      "with the victim's account and role": notification(
        withProperties(naming(connections.victimPending), {
          AccountID: VICTIM,
          RoleArn: roleOf(VICTIM, "victim-new"),
          GrantedTo: connections.victimPending.grantedTo,
        }),
      ),
    },
    expected: {
      ...keptWith(new RegExp(`${VICTIM}.*${ATTACKER}`), "otherCreate"),
      changes: { victimPending: ["reason"] },
    },
  },
  {
    title: "a stack of the attacker's that names the external ID of the victim's connection",
    why: "A link connects one stack only, and a stranger is not even told which.",
    inputs: {
      "with a Create": notification(naming(connections.victimConnected)),
      "with a Create, and the victim's account and role": notification(
        withProperties(naming(connections.victimConnected), {
          AccountID: VICTIM,
          RoleArn: roleOf(VICTIM, "victim"),
          GrantedTo: connections.victimConnected.grantedTo,
        }),
      ),
    },
    expected: failed(new RegExp(`^(?!.*stack/victim).*${VICTIM}.*${ATTACKER}`)),
  },
  {
    title: "a stack that names a connection whose role was named by its ARN",
    why: "No stack phones home for it: to the receiver there is no such connection. The attempt that was counted is given back.",
    inputs: {
      "with a Create": notification(naming(connections.attackerOwnRole)),
    },
    expected: {
      calls: ["UpdateItem", "PUT FAILED 200", "GetItem"],
      reason: /belongs to none of our links/,
    },
  },
  {
    title: "a stack that names the victim's connection whose role was named by its ARN",
    why: "The same, and nothing is counted.",
    inputs: {
      "with a Create": notification(naming(connections.victimOwnRole)),
      "with a Create, and the victim's account and role": notification(
        withProperties(naming(connections.victimOwnRole), {
          AccountID: VICTIM,
          RoleArn: roleOf(VICTIM, "own"),
          GrantedTo: connections.victimOwnRole.grantedTo,
        }),
      ),
    },
    expected: failed(/belongs to none of our links/),
  },
  {
    title: "a forged Create for a connection whose role was named by its ARN",
    why: "The bucket refuses it, and the receiver would find no such connection anyway.",
    inputs: {
      "a Create of the victim's": notification(
        forged(naming(connections.victimOwnRole, { ...victimCreate, StackId: stackOf(VICTIM, "made-up") })),
      ),
    },
    expected: { calls: [READ.otherCreate, "PUT FAILED 403"], reason: /belongs to none of our links/ },
  },
  {
    title: "a stack of the attacker's that moves to the victim's connection by an Update",
    why: "It is decided on as a Create of a stranger's stack.",
    inputs: {
      "a stack that failed": notification(
        signed(naming(connections.victimConnected, later(genuine, "Update"))),
      ),
      "a stack that is connected": notification(
        signed(naming(connections.victimConnected, later(ownCreate, "Update"))),
      ),
    },
    expected: failed(new RegExp(`^(?!.*stack/victim).*${VICTIM}.*${ATTACKER}`), "update"),
  },
  {
    title: "a forged Create with everything that the victim's own stack would send",
    why: "Only CloudFormation can sign the response URL. The bucket refuses the response, what the Create wrote is rolled back, and its attempt given back.",
    inputs: { "all of it": notification(victimCreate) },
    expected: { calls: [...CONNECTING, "PUT SUCCESS 403", "GetItem", "UpdateItem"], changes: REFUSED },
  },
  {
    title: "a forged Create that claims the victim's open link for a stack that does not exist",
    why: "The bucket refuses that response, too: its URL is signed for no stack.",
    inputs: inputs(["made-up", "victim"], (name: string) =>
      notification(forged({ ...victimCreate, StackId: stackOf(VICTIM, name) })),
    ),
    expected: { calls: [...CONNECTING, "PUT SUCCESS 403", "GetItem", "UpdateItem"], changes: REFUSED },
  },
  {
    title: "a forged Create that claims the victim's open link for a role that does not work",
    why: "Before the response is accepted nothing is written but the number of attempts, not even the reason; the attempt is given back.",
    inputs: inputs(
      { "there is none": roleOf(VICTIM, "made-up"), "of another link": roleOf(VICTIM, "victim") },
      (RoleArn: string) => notification(withProperties(victimCreate, { RoleArn }), minutesAgo(3)),
    ),
    expected: {
      calls: ["UpdateItem", "AssumeRole", "PUT FAILED 403", "UpdateItem"],
      changes: REFUSED,
    },
  },
  {
    title: "a Create that has just been published, for a role that does not work",
    why: "It gets no response yet: IAM can take a minute to know a new role everywhere, and Lambda delivers again. Its attempt is given back.",
    inputs: {
      forged: notification(withProperties(victimCreate, { RoleArn: roleOf(VICTIM, "made-up") })),
      genuine: notification(withProperties(genuine, { RoleArn: roleOf(ATTACKER, "made-up") })),
    },
    expected: {
      calls: ["UpdateItem", "AssumeRole", "UpdateItem"],
      throws: /RoleNotReadyError/,
    },
  },
  {
    title: "a forged Update of the victim's connection",
    why: "What an Update changes is written after the bucket accepted the response, and it refuses this one.",
    inputs: {
      "to another version": notification(
        forged(
          later(
            withProperties(
              { ...victimCreate, StackId: stackOf(VICTIM, "victim") },
              {
                ExternalID: connections.victimConnected.externalId,
                RoleArn: roleOf(VICTIM, "victim"),
                TemplateVersion: "000000000002",
              },
            ),
            "Update",
          ),
        ),
      ),
    },
    expected: { calls: ["GetItem", "PUT SUCCESS 403"] },
  },
  {
    title: "a forged Update that leads the victim's connection to another role",
    why: "Neither a role of another account nor one that our template did not create is ever probed, and the response is refused anyway.",
    inputs: inputs(
      {
        "of the attacker": roleOf(ATTACKER, "attacker"),
        "of another path": `arn:aws:iam::${VICTIM}:role/Admin`,
        "of another partition": roleOf(VICTIM, "victim").replace("aws", "aws-us-gov"),
      },
      (RoleArn: string) =>
        notification(
          forged(
            later(
              withProperties(
                { ...victimCreate, StackId: stackOf(VICTIM, "victim") },
                { ExternalID: connections.victimConnected.externalId, RoleArn },
              ),
              "Update",
            ),
          ),
        ),
    ),
    expected: { calls: ["GetItem", "PUT FAILED 403"] },
  },
  {
    title: "another account than the link's",
    why: "The account that the stack sends must be the link's, to the letter: no number is ever parsed.",
    inputs: inputs(
      {
        "the victim's": VICTIM,
        "the vendor's": VENDOR,
        "with a space": ` ${ATTACKER}`,
        "with a line break": `${ATTACKER}\n`,
        "with a zero in front": `0${ATTACKER}`,
        "with dashes": "4444-5555-6666",
        "in exponential notation": "444455556666e0",
        "with a decimal point": `${ATTACKER}.0`,
        "with a sign": `+${ATTACKER}`,
        "in hexadecimal digits": "0x677a3a2f8a",
        "in fullwidth digits": "\uff14\uff14\uff14\uff14\uff15\uff15\uff15\uff15\uff16\uff16\uff16\uff16",
        "in Arabic-Indic digits": "\u0664\u0664\u0664\u0664\u0665\u0665\u0665\u0665\u0666\u0666\u0666\u0666",
        "in Devanagari digits": "\u096a\u096a\u096a\u096a\u096b\u096b\u096b\u096b\u096c\u096c\u096c\u096c",
        "in mathematical digits": "\u{1d7d2}".repeat(4).concat("\u{1d7d3}".repeat(4), "\u{1d7d4}".repeat(4)),
        "with an invisible space": `${ATTACKER}\u200b`,
      },
      withProperty("AccountID"),
    ),
    expected: { ...keptWith(/made for the AWS account 444455556666/), changes: kept() },
  },
  {
    title: "the role of another account, or one that our template did not create",
    why: "Account, partition and path of the role's ARN must be the link's and the template's; no other role is ever assumed.",
    inputs: inputs(
      {
        "the victim's": roleOf(VICTIM, "victim"),
        "the vendor's": roleOf(VENDOR, "onboarding-test-receiver-eu-west-1"),
        "of GovCloud": roleOf(ATTACKER, "attacker").replace("aws", "aws-us-gov"),
        "of China": roleOf(ATTACKER, "attacker").replace("aws", "aws-cn"),
        "of an isolated partition": roleOf(ATTACKER, "attacker").replace("aws", "aws-iso"),
        "of a partition that does not exist": roleOf(ATTACKER, "attacker").replace("aws", "awsx"),
        "without a partition": roleOf(ATTACKER, "attacker").replace("aws", ""),
        "without a path": `arn:aws:iam::${ATTACKER}:role/attacker`,
        "of another path": `arn:aws:iam::${ATTACKER}:role/service-role/attacker`,
        "of a longer path": `arn:aws:iam::${ATTACKER}:role/onboarding/deeper/attacker`,
        "of a path around ours": `arn:aws:iam::${ATTACKER}:role/x/onboarding/attacker`,
        "of a path that goes up": `arn:aws:iam::${ATTACKER}:role/onboarding/../attacker`,
        "of a path that goes up and comes back": `arn:aws:iam::${ATTACKER}:role/x/../onboarding/attacker`,
        "with a doubled slash": `arn:aws:iam::${ATTACKER}:role//onboarding/attacker`,
        "with a doubled slash behind": `arn:aws:iam::${ATTACKER}:role/onboarding//attacker`,
        "of a path in capitals": `arn:aws:iam::${ATTACKER}:role/Onboarding/attacker`,
        "of a path with another o": `arn:aws:iam::${ATTACKER}:role/\u043enboarding/attacker`,
        "with an encoded slash": `arn:aws:iam::${ATTACKER}:role/onboarding%2Fattacker`,
        "a wildcard": roleOf(ATTACKER, "*"),
        "a question mark": roleOf(ATTACKER, "attacke?"),
        "without a name": roleOf(ATTACKER, ""),
        "with a space": roleOf(ATTACKER, "att acker"),
        "with a line break": roleOf(ATTACKER, "attacker\n"),
        "with two ARNs": `${roleOf(ATTACKER, "attacker")},${roleOf(VICTIM, "victim")}`,
        "a name of 65 characters": roleOf(ATTACKER, "a".repeat(65)),
        "a user": `arn:aws:iam::${ATTACKER}:user/onboarding/attacker`,
        "a group": `arn:aws:iam::${ATTACKER}:group/onboarding/attacker`,
        "the root user": `arn:aws:iam::${ATTACKER}:root`,
        "a session": `arn:aws:sts::${ATTACKER}:assumed-role/attacker/x`,
        "a role with a region": `arn:aws:iam:eu-west-1:${ATTACKER}:role/onboarding/attacker`,
        "an account of 13 digits": roleOf(`${ATTACKER}0`, "attacker"),
        "an account of 11 digits": roleOf(ATTACKER.slice(1), "attacker"),
        "an account in fullwidth digits": roleOf("\uff14".repeat(12), "attacker"),
        "an account in Arabic-Indic digits": roleOf("\u0664".repeat(12), "attacker"),
        "no account": roleOf("", "attacker"),
        "an account named AWS": roleOf("aws", "attacker"),
        "a name instead of an ARN": "attacker",
        "an ARN in capitals": roleOf(ATTACKER, "attacker").toUpperCase(),
        "an ARN with a space": ` ${roleOf(ATTACKER, "attacker")}`,
        "a URL": "https://169.254.169.254/latest/meta-data/iam",
        "a policy": '{"Statement":[]}',
      },
      withProperty("RoleArn"),
    ),
    expected: { ...keptWith(/RoleArn (is|names)/), changes: kept() },
  },
  {
    title: "an external ID of no link, or one that is spelt differently",
    why: "Anything but this region and a random UUID in lower case is the key of no record, so the table is not even read.",
    inputs: inputs(
      {
        "of another region": externalId.replace("eu-west-1", "us-east-1"),
        "of a region that does not exist": externalId.replace("eu-west-1", "eu-west-9"),
        "without a region": externalId.slice(externalId.indexOf(":") + 1),
        "with another region in front": `us-east-1:${externalId}`,
        "in capitals": externalId.toUpperCase(),
        "in fullwidth digits": externalId.replace("3333", "\uff13\uff13\uff13\uff13"),
        "in Arabic-Indic digits": externalId.replace("3333", "\u0663\u0663\u0663\u0663"),
        "with a Cyrillic letter": externalId.replace("e", "\u0435"),
        "with a space": `${externalId} `,
        "with a line break": `${externalId}\n`,
        "with a zero byte": `${externalId}\u0000`,
        "with an invisible space": `${externalId}\u200b`,
        "a UUID made of the time": externalId.replace("-4000-", "-1000-"),
        "a wildcard": "eu-west-1:*",
        "a pattern": externalId.replace(/.$/, "?"),
        "the region only": "eu-west-1:",
        "half of it": externalId.slice(0, 20),
        "two of them": `${externalId},${externalId}`,
        "another item's key": "event#2026",
        "an expression": "externalId OR 1 = 1",
        "a variable of IAM": `\${aws:userid}`,
        "a replacement pattern": `eu-west-1:${"$'".repeat(600)}`,
        "a prototype's name": "__proto__",
        "1224 characters": "a".repeat(1224),
      },
      withProperty("ExternalID"),
    ),
    expected: unknown(/belongs to none of our links|The link was made for/),
  },
  {
    title: "an external ID of the right form that was never issued",
    why: "No record has it. It fails without a probe, so that guessing never reaches STS.",
    inputs: inputs(
      ["eu-west-1:00000000-0000-4000-8000-000000000000", "eu-west-1:ffffffff-ffff-4fff-bfff-ffffffffffff"],
      withProperty("ExternalID"),
    ),
    expected: failed(/belongs to none of our links/),
  },
  {
    title: "another vendor's or another tenant's name shown to the customer",
    why: "The name that the stack shows must be the one that the link was made with, character by character.",
    inputs: inputs(
      {
        "another company": "Trustworthy Bank",
        "the victim's tenant": connections.victimPending.grantedTo,
        "no tenant": "Example Company",
        "other capitals": connections.attackerPending.grantedTo.toUpperCase(),
        "a space behind": `${connections.attackerPending.grantedTo} `,
        "a non-breaking space": connections.attackerPending.grantedTo.replace(" ", "\u00a0"),
        "a Cyrillic letter": connections.attackerPending.grantedTo.replace("a", "\u0430"),
        "fullwidth digits": connections.attackerPending.grantedTo.replace("4712", "\uff14\uff17\uff11\uff12"),
        "an invisible letter": connections.attackerPending.grantedTo.replace("E", "E\u200b"),
        "the text turned around": `\u202e${connections.attackerPending.grantedTo}`,
        "a line break": `${connections.attackerPending.grantedTo}\nand everybody`,
      },
      withProperty("GrantedTo"),
    ),
    expected: { ...keptWith(/grants access to/), changes: kept() },
  },
  {
    title: "another topic than the link's",
    why: "A stack must publish to the topic that its link names: through another one it could not be updated or deleted later.",
    inputs: inputs(
      {
        "of another account": TOPIC.replace(VENDOR, ATTACKER),
        "of another region": TOPIC.replace("eu-west-1", "us-east-1"),
        "of another partition": TOPIC.replace("aws", "aws-cn"),
        "another one of the vendor": `${TOPIC}0`,
        "in capitals": TOPIC.toUpperCase(),
        "a function": `arn:aws:lambda:eu-west-1:${VENDOR}:function:x`,
        "a subscription": `${TOPIC}:0c1d2e3f`,
      },
      withProperty("ServiceToken"),
    ),
    expected: { ...keptWith(/publishes to .*, but the link says/), changes: kept() },
  },
  {
    title: "a notification of another topic",
    why: "Lambda lets no other topic invoke the function; if one did, the topic of the notification is compared, too.",
    inputs: { "of another account": notification(genuine, { TopicArn: TOPIC.replace(VENDOR, ATTACKER) }) },
    expected: { ...keptWith(/publishes to .*, but the link says/), changes: kept() },
  },
  {
    title: "a forged stack of another account with the attacker's own link",
    why: "The stack's ID must have the link's account, and CloudFormation signs nothing for a stack that does not exist.",
    inputs: inputs(
      { "of the victim": stackOf(VICTIM, "victim"), "of the vendor": stackOf(VENDOR, "vendor") },
      (StackId: string) => notification(forged({ ...genuine, StackId })),
    ),
    expected: { calls: [READ.otherCreate, "PUT FAILED 403"], reason: /made for/ },
  },
  {
    title: "a forged stack of another region or partition with the attacker's own link",
    why: "The stack's ID must have the link's region and partition. The attempt that was counted is given back.",
    inputs: inputs(
      {
        "of another region": stackOf(ATTACKER, "attacker").replace("eu-west-1", "us-east-1"),
        "of GovCloud": stackOf(ATTACKER, "attacker").replace("aws", "aws-us-gov"),
        "of China": stackOf(ATTACKER, "attacker").replace("aws", "aws-cn"),
      },
      (StackId: string) => notification(forged({ ...genuine, StackId })),
    ),
    expected: {
      calls: ["UpdateItem", "PUT FAILED 403", "UpdateItem"],
      reason: /made for/,
      changes: { attackerPending: ["refusals"] },
    },
  },
  {
    title: "a role that does not require the link's external ID",
    why: "The two probes that must be denied are allowed: whoever knows such a role's ARN could reach its account through the vendor.",
    inputs: inputs(
      { "none at all": roleOf(ATTACKER, "open"), "any one": roleOf(ATTACKER, "any-external-id") },
      withProperty("RoleArn"),
    ),
    expected: {
      calls: PROBED,
      reason: /can be assumed (without the external ID|with any external ID)/,
      changes: kept(),
    },
  },
  {
    title: "a role that requires another external ID than the link's",
    why: "The external ID that is tried is the record's, never the message's.",
    inputs: inputs({ "of another link": roleOf(ATTACKER, "attacker-connected") }, (RoleArn: string) =>
      notification(withProperties(genuine, { RoleArn }), minutesAgo(3)),
    ),
    expected: { calls: PROBED, reason: /cannot be assumed from our account/, changes: kept() },
  },
  {
    title: "an Update that leads the attacker's connection to the role of somebody else",
    why: "A new role is checked like the first one.",
    inputs: inputs(
      {
        "the victim's": roleOf(VICTIM, "victim"),
        "of another path": `arn:aws:iam::${ATTACKER}:role/Admin`,
      },
      (RoleArn: string) => notification(signed(later(withProperties(ownCreate, { RoleArn }), "Update"))),
    ),
    expected: failed(/RoleArn names a role/, "update"),
  },
  {
    title: "an Update of the connected stack to a role that does not require the external ID",
    why: "It is probed like the first one, and the connection keeps the role that it had.",
    inputs: inputs(
      { "none at all": roleOf(ATTACKER, "open"), "any one": roleOf(ATTACKER, "any-external-id") },
      (RoleArn: string) => notification(signed(later(withProperties(ownCreate, { RoleArn }), "Update"))),
    ),
    expected: {
      calls: ["GetItem", "UpdateItem", "AssumeRole", "PUT FAILED 200", "GetItem"],
      reason: /can be assumed/,
    },
  },
];

/** What a failed attempt leaves with the attacker's own open link. */
function kept(): { readonly attackerPending: readonly string[] } {
  return { attackerPending: FAILED };
}
