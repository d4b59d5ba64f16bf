/**
 * An SNS topic and its policy. Pulumi never manages the policy: the URL generator adds a statement for each connection, and the
 * topic-policies function removes it.
 */
import {
  AddPermissionCommand,
  GetTopicAttributesCommand,
  RemovePermissionCommand,
  type SNSClient,
  SNSServiceException,
} from "@aws-sdk/client-sns";
import { accountOf } from "./arn.js";

/** See "Policy quotas" in https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html. */
export const MAX_STATEMENTS = 100;
const MAX_BYTES = 30 * 1024;

/** No statement of ours is longer, even with the longest names: 99 of them fit. */
const STATEMENT_BYTES = 300;

/** The statement that SNS creates every topic with. It lets the topic's own account use it. */
const DEFAULT_LABEL = "__default_statement_ID";

/** A statement of a policy, as SNS returns it. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Principal?: "*" | { readonly AWS?: string | readonly string[] };
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: unknown;
}

/** A topic's policy as it was when it was read. */
export class TopicPolicy {
  private constructor(
    /** Without the default statement. */
    readonly statements: readonly Statement[],
    /** How many statements the policy holds besides the default one. */
    readonly capacity: number,
    private readonly bytes: number,
  ) {}

  /** @param text JSON */
  static parse(text: string): TopicPolicy {
    const { Statement: found = [] } = JSON.parse(text || "{}") as { Statement?: Statement | Statement[] };
    const all = [found].flat();
    const statements = all.filter(({ Sid }) => Sid !== DEFAULT_LABEL);
    return new TopicPolicy(
      statements,
      MAX_STATEMENTS - (all.length - statements.length),
      Buffer.byteLength(text),
    );
  }

  /** How many more statements it holds. */
  get freeCapacity(): number {
    const byCount = this.capacity - this.statements.length;
    const byBytes = Math.floor((MAX_BYTES - this.bytes) / STATEMENT_BYTES);
    return Math.max(0, Math.min(byCount, byBytes));
  }

  /** The labels of its statements, as one text to be compared. */
  get labels(): string {
    return this.statements
      .map(({ Sid }) => Sid)
      .sort()
      .join();
  }

  find(label: string): Statement | undefined {
    return this.statements.find(({ Sid }) => Sid === label);
  }
}

/** How often adding an account must fail again, on a policy with free capacity that stays as it is, before capacity is not to blame. */
const MAX_FAILURES = 3;

/** How often an account is added where others keep filling the topic up and leaving it. */
const MAX_ATTEMPTS = 20;

/**
 * The result of {@link Topic.allow}. `refused`: SNS does not add the account although there is capacity, and does not say why. AWS may have no
 * such account, the account may not have enabled the topic's region, or something else may be wrong with the policy.
 */
export type Allowed = "allowed" | "full" | "refused";

export class Topic {
  constructor(
    private readonly sns: SNSClient,
    readonly arn: string,
  ) {}

  async policy(): Promise<TopicPolicy> {
    const { Attributes } = await this.sns.send(new GetTopicAttributesCommand({ TopicArn: this.arn }));
    return TopicPolicy.parse(Attributes?.Policy ?? "");
  }

  /**
   * Adds a statement that lets an account publish. Idempotent.
   * @throws Error if it is not known whether it worked, or if the label belongs to another statement
   */
  async allow(label: string, accountId: string): Promise<Allowed> {
    let labels: string | undefined;
    let failures = 0;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.sns.send(
          new AddPermissionCommand({
            TopicArn: this.arn,
            Label: label,
            AWSAccountId: [accountId],
            ActionName: ["Publish"],
          }),
        );
        return "allowed";
      } catch (error) {
        if (!isClientFault(error)) throw error;
        // SNS answers InvalidParameter to a label that exists, to an account that does not, and to a policy that is full. Only the
        // messages differ, and no documentation promises their wording: the policy tells which of them it was.
        const policy = await this.policy();
        const existing = policy.find(label);
        if (existing && allowsToPublish(existing, accountId)) return "allowed";
        if (existing) throw error;
        if (policy.freeCapacity === 0) return "full";
        if (!error.name.startsWith("InvalidParameter")) throw error;
        // The topic may have been full a moment ago. An account that SNS refuses fails again while nothing changes.
        failures = policy.labels === labels ? failures + 1 : 0;
        labels = policy.labels;
        if (failures === MAX_FAILURES) return "refused";
        // Whatever is given back is taken again at once.
        if (attempt === MAX_ATTEMPTS) return "full";
      }
    }
  }

  /** Removes the statement of a label. Idempotent. */
  async disallow(label: string): Promise<void> {
    try {
      await this.sns.send(new RemovePermissionCommand({ TopicArn: this.arn, Label: label }));
    } catch (error) {
      if (!isClientFault(error) || (await this.policy()).find(label)) throw error;
    }
  }
}

/** Whether a statement does exactly what {@link Topic.allow} asks for. */
export function allowsToPublish(statement: Statement, accountId: string): boolean {
  const { Effect, Principal, Action, Condition } = statement;
  const principals = typeof Principal === "object" ? [Principal.AWS ?? []].flat() : [];
  const actions = [Action ?? []].flat();
  return (
    Effect === "Allow" &&
    Condition === undefined &&
    actions.length === 1 &&
    actions[0]?.toLowerCase() === "sns:publish" &&
    principals.length === 1 &&
    isAccount(principals[0] ?? "", accountId)
  );
}

/**
 * Whether a statement names nobody any more: AWS writes an account that was closed as a unique ID. Such a principal keeps the provider
 * from reading the topic ("contains invalid principals", https://github.com/hashicorp/terraform-provider-aws/issues/38178).
 */
export function isOfClosedAccount({ Principal }: Statement): boolean {
  return typeof Principal === "object" && [Principal.AWS ?? []].flat().some(isUniqueId);
}

/** AWS writes an account as the ARN of its root user. */
function isAccount(principal: string, accountId: string): boolean {
  const isRoot = /^arn:[a-z-]+:iam::[0-9]{12}:root$/.test(principal);
  return (isRoot ? accountOf(principal) : principal) === accountId || isUniqueId(principal);
}

/** Whether a principal is an ID that IAM made, such as AIDA… or AROA…, of something that is no longer there. */
function isUniqueId(principal: string): boolean {
  return /^A[A-Z0-9]{15,}$/.test(principal);
}

/** Whether SNS rejected the call. After any other error it is not known whether the call worked. */
function isClientFault(error: unknown): error is SNSServiceException {
  return (
    error instanceof SNSServiceException &&
    error.$fault === "client" &&
    !error.$retryable?.throttling &&
    !/throttl/i.test(error.name)
  );
}
