/**
 * Who is there when an attack begins. A victim has two links: one that connected its stack, and one that is still open. The attacker is
 * a customer too, invited like any other: it may publish whatever it likes to the vendor's topic, and CloudFormation signs
 * the response URLs of the stacks in its own account, and of no others.
 */
import type { Connection } from "../../../functions/domain/connection.js";
import { newMember } from "../../../functions/domain/organization.js";
import { deleteAfter } from "../../../functions/domain/topic-statement.js";
import { REGION, type ReceiverProcess } from "./receiver-process.js";
import { forgedUrl, type ResponseKey, signedUrl } from "./response-signature.js";

export const VENDOR = "999988887777";
export const VICTIM = "111122223333";
export const ATTACKER = "444455556666";
/** An account of the victim's organization. */
export const MEMBER = "777788889999";
export const TOPIC = `arn:aws:sns:${REGION}:${VENDOR}:onboarding-test-1`;

/** Of every Create here, so that one that is delivered again is the one that was applied. */
const REQUEST_ID = "7bfe2d54-1aa2-4a37-8dd5-0a7b7f0c9d11";

const HOUR = 3_600_000;
const from = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();
const EXPIRES = from(23 * HOUR);

export const stackOf = (account: string, name: string) =>
  `arn:aws:cloudformation:${REGION}:${account}:stack/${name}/0a1b2c3d-0000-11ef-8000-0123456789ab`;
export const roleOf = (account: string, name: string) => `arn:aws:iam::${account}:role/onboarding/${name}`;
const externalId = (digit: number | string) =>
  `${REGION}:${`${digit}`.repeat(8)}-0000-4000-8000-${`${digit}`.repeat(12)}`;

const link = (digit: number | string, accountId: string, values: Partial<Connection> = {}): Connection => ({
  externalId: externalId(digit),
  accountId,
  region: REGION,
  topicArn: TOPIC,
  tenant: accountId === VICTIM ? "4711" : "4712",
  grantedTo: `Example Company (${accountId === VICTIM ? "4711" : "4712"})`,
  status: "pending",
  revision: 1,
  createdAt: from(-HOUR),
  expiresAt: EXPIRES,
  deleteAfter: deleteAfter({ status: "pending", expiresAt: EXPIRES }),
  ...values,
});

const ended = (connection: Connection): Connection => {
  const over = { ...connection, endedAt: from(-HOUR / 4) };
  return { ...over, deleteAfter: deleteAfter(over) };
};

const stack = (account: string, name: string): Partial<Connection> => ({
  status: "connected",
  roleArn: roleOf(account, name),
  stackId: stackOf(account, name),
  logicalResourceId: "Connection",
  requestId: REQUEST_ID,
  requestedAt: from(-HOUR / 2),
  templateVersion: "000000000001",
  openStackIds: [stackOf(account, name)],
  connectedAt: from(-HOUR / 2),
  acceptedAt: from(-HOUR / 2),
  verifiedAt: from(-HOUR / 2),
  deleteAfter: undefined,
});

const ORGANIZATION_ROLE = "organization-99999999";

/** The victim connected a whole organization, and one of its accounts. */
const victimOrganization = link(9, VICTIM, {
  ...stack(VICTIM, "victim-organization"),
  kind: "organization",
  roleArn: roleOf(VICTIM, ORGANIZATION_ROLE),
  organizationId: "o-a1b2c3d4e5",
  rootId: "r-ab12",
  callAs: "SELF",
});
const member = newMember(
  victimOrganization,
  { accountId: MEMBER, accountName: "Data", customerRolePath: "/onboarding/" },
  new Date(from(-HOUR)),
);

/** The connections that there are, each named for what it is. */
export const connections = {
  victimOrganization,
  victimMember: { ...member, status: "connected" },
  victimConnected: link(1, VICTIM, stack(VICTIM, "victim")),
  victimPending: link(2, VICTIM),
  attackerPending: link(3, ATTACKER),
  attackerConnected: link(4, ATTACKER, stack(ATTACKER, "attacker-connected")),
  attackerExpired: link(5, ATTACKER, { expiresAt: from(-1000) }),
  attackerCancelled: ended(link(6, ATTACKER, { status: "cancelled", endedBy: "tenant" })),
  attackerDisconnected: ended(
    link(7, ATTACKER, {
      ...stack(ATTACKER, "attacker-disconnected"),
      status: "disconnected",
      endedBy: "customer",
      openStackIds: undefined,
      deletedStacks: { [stackOf(ATTACKER, "attacker-disconnected")]: from(HOUR) },
    }),
  ),
  // Roles that were named by their ARNs: no stack phones home.
  victimOwnRole: link("b", VICTIM, {
    ...{ method: "role", topicArn: undefined, status: "connected", roleArn: roleOf(VICTIM, "own") },
    ...{ acceptedAt: from(-HOUR / 2), verifiedAt: from(-HOUR / 2), deleteAfter: undefined },
  }),
  attackerOwnRole: link("a", ATTACKER, { method: "role", topicArn: undefined }),
  attackerGone: link(8, ATTACKER, { deletedStacks: { [stackOf(ATTACKER, "attacker-gone")]: from(HOUR) } }),
} as const satisfies Record<string, Connection>;

export type ConnectionName = keyof typeof connections;

/** Makes the scene: the same one for each attack. */
export function setScene({ table, roles }: ReceiverProcess): void {
  table.clear();
  roles.clear();
  for (const connection of Object.values(connections)) table.put(connection);
  const only = (expected: string) => (given: string | undefined) => given === expected;
  roles.set(roleOf(VICTIM, "victim"), only(connections.victimConnected.externalId));
  roles.set(roleOf(VICTIM, "victim-new"), only(connections.victimPending.externalId));
  roles.set(roleOf(ATTACKER, "attacker"), only(connections.attackerPending.externalId));
  roles.set(roleOf(ATTACKER, "attacker-connected"), only(connections.attackerConnected.externalId));
  roles.set(roleOf(ATTACKER, "open"), () => true);
  roles.set(roleOf(ATTACKER, "any-external-id"), (given) => given !== undefined);
}

/** A custom resource request, as CloudFormation writes it into a notification's message. */
export interface Message {
  readonly RequestType: string;
  readonly RequestId: string;
  readonly ResponseURL: string;
  readonly ResourceType: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
  readonly OldResourceProperties?: Readonly<Record<string, unknown>>;
  readonly [other: string]: unknown;
}

export const keyOf = (message: Message): ResponseKey => ({
  stackId: message.StackId,
  logicalResourceId: message.LogicalResourceId,
  requestId: message.RequestId,
});

/** The message, with a response URL that CloudFormation signed for it. Only the account that runs the stack can have it. */
export function signed(message: Message): Message {
  return { ...message, ResponseURL: signedUrl(REGION, keyOf(message)) };
}

/** The message, with a response URL that has the right form and that nobody signed. */
export function forged(message: Message): Message {
  return { ...message, ResponseURL: forgedUrl(REGION, keyOf(message)) };
}

/** The message with other properties. */
export function withProperties(message: Message, properties: Readonly<Record<string, unknown>>): Message {
  return { ...message, ResourceProperties: { ...message.ResourceProperties, ...properties } };
}

const message = (name: ConnectionName, account: string, stackName: string, roleName: string): Message => ({
  RequestType: "Create",
  RequestId: REQUEST_ID,
  ResponseURL: "",
  ResourceType: "Custom::OnboardingConnection",
  StackId: stackOf(account, stackName),
  LogicalResourceId: "Connection",
  ResourceProperties: {
    ServiceToken: TOPIC,
    RoleArn: roleOf(account, roleName),
    AccountID: account,
    ExternalID: connections[name].externalId,
    GrantedTo: connections[name].grantedTo,
    TemplateVersion: "000000000001",
  },
});

/** The attacker's own Create with its own open link: the genuine request that most attacks bend in one place. */
export const genuine = signed(message("attackerPending", ATTACKER, "attacker", "attacker"));

/** What the attacker's own stack publishes if it is made from the template for an organization. */
export const wholeCreate = signed(message("attackerPending", ATTACKER, "attacker", "organization-33333333"));

/** What the victim's stacks publish, as far as an attacker can know it: everything but the signature. */
export const victimCreate = forged(message("victimPending", VICTIM, "victim-new", "victim-new"));

/** Of the attacker's stack that is connected. */
export const ownCreate = signed(
  message("attackerConnected", ATTACKER, "attacker-connected", "attacker-connected"),
);

/** A later request on the resource of a Create. */
export function later(create: Message, type: "Update" | "Delete", physicalResourceId?: string): Message {
  return {
    ...create,
    RequestType: type,
    RequestId: "c2a1b0d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
    PhysicalResourceId:
      physicalResourceId ?? `onboarding-connection:${String(create.ResourceProperties.ExternalID)}`,
  };
}

/** For a notification that was published some minutes ago. */
export const minutesAgo = (minutes: number) => ({
  Timestamp: new Date(Date.now() - minutes * 60_000).toISOString(),
});

/** What SNS hands to the function. */
export function notification(
  message: unknown,
  sns: Readonly<Record<string, unknown>> = {},
): { readonly Records: readonly unknown[] } {
  return {
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: `${TOPIC}:0c1d2e3f`,
        Sns: {
          Type: "Notification",
          MessageId: "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
          TopicArn: TOPIC,
          Subject: "AWS CloudFormation custom resource request",
          Message: typeof message === "string" ? message : JSON.stringify(message),
          Timestamp: new Date().toISOString(),
          SignatureVersion: "1",
          MessageAttributes: {},
          ...sns,
        },
      },
    ],
  };
}
