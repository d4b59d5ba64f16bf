/** What the checks of verify-on-aws work with: two accounts, the vendor's and the customer's. */
import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import type { OrganizationsClient } from "@aws-sdk/client-organizations";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { ResponseKey, ResponseTarget } from "../../functions/receiver/response-url.js";

/** A stack in the customer's account. */
export interface CreatedStack {
  /** Resolves with the stack's status when the operation in progress has ended. */
  settled(): Promise<string>;
  /** Resolves when the stack is deleted. */
  delete(): Promise<void>;
}

/** A role in the customer's account, which trusts the vendor's account with an external ID. */
export interface CreatedRole {
  readonly arn: string;
  /** Its unique ID, as IAM tells it to the account. */
  readonly id: string;
  /** Replaces the external ID in its trust policy. */
  trust(externalId: string): Promise<void>;
  delete(): Promise<void>;
}

export interface Dependencies {
  readonly region: string;
  readonly customerAccountId: string;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly createStack: (name: string, template: object) => Promise<CreatedStack>;
  readonly createRole: (name: string, externalId: string) => Promise<CreatedRole>;
  /** Creates the stack of a quick-create link as the console does. */
  readonly openLink: (link: string) => Promise<CreatedStack>;
  /** Sends a SUCCESS response. */
  readonly respond: (target: ResponseTarget, key: ResponseKey) => Promise<void>;
  /** Assumes a role as the vendor, on a new connection. @returns the role's unique ID, as STS tells it @throws what STS says */
  readonly assumeRole: (roleArn: string, externalId: string) => Promise<string>;
  /** Absent where there is no organization to try. */
  readonly organization?: OrganizationDependencies | undefined;
}

/** An organization of two accounts or more, by its management account and a plain member: the customer's account. */
export interface OrganizationDependencies {
  readonly management: {
    readonly organizations: OrganizationsClient;
    readonly cloudFormation: CloudFormationClient;
  };
  readonly member: OrganizationsClient;
  /** Creates the stack of a link for the organization in the management account; absent where no link was given. */
  readonly openLink?: (() => Promise<CreatedStack>) | undefined;
}

export interface Verdict {
  readonly check: CheckName;
  readonly result: "confirmed" | "refuted" | "skipped";
  readonly detail: string;
}

/** What AWS does not document, and this program relies on. docs/aws-facts.md refers to the names. */
export const CHECKS = {
  onboarding: "A link connects an account: template, phone home, probes, rights on the table and response",
  "response-host":
    "The receiver responds to response URLs of the form that CloudFormation makes in the region",
  "response-lifetime": "A response URL is good for two hours",
  "via-aws-service": "CloudFormation publishes for the customer with aws:ViaAWSService",
  "account-rule":
    "A rule that compares AWS::AccountId refuses a stack in another account before anything is made",
  "unknown-account": "SNS refuses to add an account that does not exist",
  "topic-capacity":
    "A topic's policy takes 99 accounts besides its own statement, and refuses more as this program expects",
  "missing-role": "STS answers AccessDenied for a role that is not there",
  "new-role": "A new role can be assumed before a request is delivered for the third time",
  "changed-trust": "On a new connection, STS knows of a changed trust policy within five minutes",
  "role-id": "STS tells the unique ID that IAM gave a role, and another role of the same name has another",
  "organization-access":
    "The management account learns whether trusted access is on, and a plain member is refused the list with AccessDenied",
  "account-states": "ListAccounts says the state of each account, on pages of 20 at most",
  "stack-set-attributes":
    "A StackSet takes CallAs and its targets from the custom resource in the same template, by Fn::GetAtt",
} as const;

export type CheckName = keyof typeof CHECKS;

/** What only somebody who looks at the console, or at an account of another kind, can find out. */
export const MANUAL_CHECKS = {
  "update-link":
    'Open a link that "npm run onboarding -- outdated" prints: the form shows the new template\'s address.',
  "opt-in-home-region":
    "With a home region that accounts have to opt in to, open a link in an account that has not: pulumi up warns that the template cannot be read.",
  china:
    "With --region cn-north-1, --link and an account without an ICP license: the template is read, and the response URL has a known host.",
  "token-claims":
    "With auth: jwt, use a token whose tenant claim is a list or a large number: the API refuses it instead of taking its text for a tenant.",
  "session-end":
    "Create an organization's stack in a console session that ends while the StackSet is being made: the roll-out goes on.",
  "forbidden-account":
    "Forbid iam:CreateRole in one account by a service control policy: the organization's stack completes, and ListStackInstances has the reason.",
  "leaving-account":
    "Have an account leave the organization, close one and move one to a unit outside: note whether its stack and role stay. The connection ends in any case.",
  "joining-account":
    "Create an account in a connected organization: note how long its role takes, and at some hundred accounts how long the roll-out takes.",
  "list-throttle":
    "List an organization of more than a thousand accounts: note whether ListAccounts throttles five pages a second.",
  "closed-account":
    "Probe a role of a suspended account and of one that was closed: STS says AccessDenied. After 90 days AddPermission refuses the account.",
  "delegated-administrator":
    "Create an organization's stack in the account of a delegated administrator of StackSets: it connects, and nothing of it is in the management account.",
  "organization-principal":
    "Only for a vendor who wants members to publish: whether stacksets-exec-… has aws:PrincipalOrgID and aws:ViaAWSService, and whether a condition takes 500 and 2,000 values.",
  "gov-cloud-organizations": "In GovCloud, list an organization through the endpoint in us-gov-west-1.",
} as const;

export function verdict(check: CheckName, confirmed: boolean, detail: string): Verdict {
  return { check, result: confirmed ? "confirmed" : "refuted", detail };
}
