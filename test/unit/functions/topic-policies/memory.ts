/** Topics and a table in memory, for tests of what happens between two of their calls. */
import {
  AddPermissionCommand,
  GetTopicAttributesCommand,
  RemovePermissionCommand,
  type SNSClient,
  SNSServiceException,
} from "@aws-sdk/client-sns";
import type { Statement } from "../../../../functions/aws/topic.js";
import type { Changes, Connection } from "../../../../functions/domain/connection.js";
import {
  type ConnectionRepository,
  SupersededError,
} from "../../../../functions/domain/connection-repository.js";
import type { LimitedConnections } from "../../../../functions/url-generator/limits.js";

/** Lets a call wait for its turn. */
export type Turn = <Result>(call: () => Promise<Result>) => Promise<Result>;

/** SNS, as far as topics' policies go, with the quota of statements. */
export class TopicsInMemory {
  /** Whichever topic is to let them publish. */
  readonly refusedAccounts = new Set<string>();
  /** They take no statement any more, however much capacity they have. */
  readonly brokenTopics = new Set<string>();
  private readonly policies = new Map<string, Statement[]>();

  /** @param capacity how many statements each topic holds */
  constructor(
    arns: readonly string[],
    capacity: number,
    private readonly turn: Turn = (call) => call(),
  ) {
    const taken = Array.from({ length: 100 - capacity }, () => ({ Sid: "__default_statement_ID" }));
    for (const arn of arns) this.policies.set(arn, taken);
  }

  get client(): SNSClient {
    return { send: (command: unknown) => this.turn(async () => this.respond(command)) } as SNSClient;
  }

  /** The customers' statements. */
  statements(arn: string): Statement[] {
    return (this.policies.get(arn) ?? []).filter(({ Sid }) => Sid !== "__default_statement_ID");
  }

  put(arn: string, ...statements: Statement[]): void {
    this.policies.set(arn, [...(this.policies.get(arn) ?? []), ...statements]);
  }

  take(arn: string, label: string): void {
    this.policies.set(
      arn,
      (this.policies.get(arn) ?? []).filter(({ Sid }) => Sid !== label),
    );
  }

  private respond(command: unknown): unknown {
    const { TopicArn = "" } = (command as { input: { TopicArn?: string } }).input;
    const statements = this.policies.get(TopicArn) ?? [];
    if (command instanceof GetTopicAttributesCommand) {
      return { Attributes: { Policy: JSON.stringify({ Statement: statements }) } };
    }
    if (command instanceof AddPermissionCommand) {
      const { Label, AWSAccountId: [account = ""] = [] } = command.input;
      if (statements.some(({ Sid }) => Sid === Label)) throw invalid("Already exists");
      if (this.refusedAccounts.has(account) || this.brokenTopics.has(TopicArn)) throw invalid("AWSAccountId");
      if (statements.length >= 100) throw invalid("Policy");
      this.put(TopicArn, {
        Sid: Label ?? "",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: "SNS:Publish",
        Resource: TopicArn,
      });
      return {};
    }
    if (command instanceof RemovePermissionCommand) {
      const left = statements.filter(({ Sid }) => Sid !== command.input.Label);
      if (left.length === statements.length) throw invalid("no such label");
      this.policies.set(TopicArn, left);
      return {};
    }
    throw new Error(`no response to ${String(command)}`);
  }
}

function invalid(message: string): SNSServiceException {
  return new SNSServiceException({
    name: "InvalidParameterException",
    $fault: "client",
    message: `Invalid parameter: ${message}`,
    $metadata: {},
  });
}

/** The table's conditional writes. Whoever changes a connection is told, as the stream would. */
export class ConnectionsInMemory {
  readonly all = new Map<string, Connection>();

  constructor(
    private readonly changed: (connection: Connection) => void = () => {},
    private readonly turn: Turn = (call) => call(),
  ) {}

  get connections(): ConnectionRepository {
    return this as unknown as ConnectionRepository;
  }

  get(externalId: string): Promise<Connection | undefined> {
    return this.turn(async () => this.all.get(externalId));
  }

  create(connection: Connection): Promise<void> {
    return this.turn(async () => void this.all.set(connection.externalId, connection));
  }

  /** As if there were no limits. */
  get limited(): Pick<LimitedConnections, "create" | "release"> {
    const create: LimitedConnections["create"] = async ({ ...wanted }, topicArnBeside) => {
      const others = [...this.all.values()].filter(({ accountId }) => accountId === wanted.accountId);
      const connection = { ...wanted, ...(topicArnBeside && { topicArn: topicArnBeside(others) }) };
      await this.create(connection);
      return connection;
    };
    return { create, release: async () => {} };
  }

  update(seen: Connection, changes: Changes): Promise<Connection> {
    return this.turn(async () => {
      this.check(seen);
      const connection = { ...seen, ...changes, revision: seen.revision + 1 };
      this.all.set(seen.externalId, connection);
      this.changed(connection);
      return connection;
    });
  }

  delete(seen: Connection): Promise<void> {
    return this.turn(async () => {
      this.check(seen);
      this.all.delete(seen.externalId);
    });
  }

  async *ofTopic(topicArn: string): AsyncGenerator<Connection> {
    yield* await this.turn(async () => [...this.all.values()].filter((one) => one.topicArn === topicArn));
  }

  private check(seen: Connection): void {
    if (this.all.get(seen.externalId)?.revision !== seen.revision) {
      throw new SupersededError(seen.externalId, undefined);
    }
  }
}
