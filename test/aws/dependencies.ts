/** What the checks of verify-on-aws work with: two accounts, the vendor's and the customer's. */
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
  /** Assumes a role as the vendor, on a new connection. @throws what STS says */
  readonly assumeRole: (roleArn: string, externalId: string) => Promise<void>;
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
} as const;
