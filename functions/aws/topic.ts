/**
 * A topic and its policy, which belongs to what runs: the program never manages it, the URL generator adds a statement for
 * each connection and the permissions function takes it away.
 */
import {
  AddPermissionCommand,
  GetTopicAttributesCommand,
  RemovePermissionCommand,
  type SNSClient,
  SNSServiceException,
} from "@aws-sdk/client-sns";
import type { Connection } from "../domain/connection.js";
import { statementLabel } from "../domain/topic-statement.js";
import { partitionOf } from "./partitions.js";

/** SNS takes as many statements in a topic's policy, and as many bytes ("Policy quotas" in the SNS developer guide). */
export const MAX_STATEMENTS = 100;
const MAX_BYTES = 30 * 1024;

/** More than one statement of ours has, with the longest names that there can be: 99 of them fit. */
const STATEMENT_BYTES = 300;

/** The statement with which SNS makes every topic. It lets the topic's own account use it. */
const DEFAULT_LABEL = "__default_statement_ID";

/** A statement as SNS gives it back. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Principal?: "*" | { readonly AWS?: string | readonly string[] };
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: unknown;
}

/** The ARN of a region's topic. @param number from 1 */
export function topicArn(region: string, accountId: string, prefix: string, number: number): string {
  return `arn:${partitionOf(region).partition}:sns:${region}:${accountId}:${prefix}-${number}`;
}

/** The ARNs of a region's topics, number 1 first. */
export function topicArns(region: string, accountId: string, prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => topicArn(region, accountId, prefix, index + 1));
}

/** A topic's policy as it was at one moment. */
export class TopicPolicy {
  private constructor(
    /** Without the one that every topic has. */
    readonly statements: readonly Statement[],
    /** How many statements fit in beside it. */
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

  /** How many more statements it takes. */
  get room(): number {
    const byCount = this.capacity - this.statements.length;
    const byBytes = Math.floor((MAX_BYTES - this.bytes) / STATEMENT_BYTES);
    return Math.max(0, Math.min(byCount, byBytes));
  }

  find(label: string): Statement | undefined {
    return this.statements.find(({ Sid }) => Sid === label);
  }
}

/** How often a topic with room has to refuse an account before the account is to blame. */
const MAX_ATTEMPTS = 4;

/** How {@link Topic.allow} ended; `unknownAccount`: AWS has no such account. */
export type Allowed = "allowed" | "full" | "unknownAccount";

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
   * Lets a connection's account publish. Done once more, it does no harm.
   * @throws Error when it is not known whether it worked, or the statement is there and is not as it should be
   */
  async allow({ externalId, accountId }: Pick<Connection, "externalId" | "accountId">): Promise<Allowed> {
    const Label = statementLabel(externalId);
    for (let attempt = 1; ; attempt++) {
      try {
        await this.sns.send(
          new AddPermissionCommand({
            TopicArn: this.arn,
            Label,
            AWSAccountId: [accountId],
            ActionName: ["Publish"],
          }),
        );
        return "allowed";
      } catch (error) {
        if (!isRefusal(error)) throw error;
        // SNS says InvalidParameter to a label that exists, to an account that does not, and to a policy that is full. Only its
        // wording differs, which nobody promises: the policy tells what it was.
        const policy = await this.policy();
        const existing = policy.find(Label);
        if (existing && allowsToPublish(existing, accountId)) return "allowed";
        if (existing) throw error;
        if (policy.room === 0) return "full";
        if (!error.name.startsWith("InvalidParameter")) throw error;
        // Room may have come back since the refusal. An account that does not exist is refused again.
        if (attempt === MAX_ATTEMPTS) return "unknownAccount";
      }
    }
  }

  /** Removes the statement of a label. Done once more, it does no harm. */
  async disallow(label: string): Promise<void> {
    try {
      await this.sns.send(new RemovePermissionCommand({ TopicArn: this.arn, Label: label }));
    } catch (error) {
      if (!isRefusal(error) || (await this.policy()).find(label)) throw error;
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

/** AWS writes an account as the ARN of its root, and one that is gone as the unique ID that nobody has any more. */
function isAccount(principal: string, accountId: string): boolean {
  const [, account] = /^arn:[a-z-]+:iam::([0-9]{12}):root$/.exec(principal) ?? [];
  return (account ?? principal) === accountId || /^A[A-Z0-9]{15,}$/.test(principal);
}

/** SNS understood, and said no; whatever else went wrong may have worked all the same. */
function isRefusal(error: unknown): error is SNSServiceException {
  return (
    error instanceof SNSServiceException &&
    error.$fault === "client" &&
    !error.$retryable?.throttling &&
    !/throttl/i.test(error.name)
  );
}
