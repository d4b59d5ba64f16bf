/** What is in each region of a stack, and whether the region can be removed from the configuration. */
import { RegionInfo } from "@aws-cdk/region-info";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { Topic } from "../../functions/aws/topic.js";
import { ConnectionRepository } from "../../functions/domain/connection-repository.js";
import { tableNameOf, topicArns } from "../../functions/domain/names.js";
import { needsStatement } from "../../functions/domain/topic-statement.js";
import { type CurrentStatus, currentStatus } from "../index.js";
import type { Target } from "./target.js";
import { counted } from "./terminal.js";

/** The status of one region of a stack. */
export interface RegionStatus {
  readonly region: string;
  /** Undefined if only the stack's configuration could tell. */
  readonly offered: boolean | undefined;
  /** Whether the account has the region enabled; `default` for regions that need no opt-in. */
  readonly optedIn: "default" | "yes" | "no";
  /** The replica's status in DynamoDB, such as ACTIVE; `none` if there is no replica. */
  readonly replica: string;
  /** The number of connections by status, including `expired`. */
  readonly connections: Readonly<Partial<Record<CurrentStatus, number>>>;
  /** The number of connections that still need their statement in a topic policy. */
  readonly inUse: number;
  readonly topics: number;
  /** How many more connections the topics can take. */
  readonly freeCapacity: number;
  /** How many statements the topic policies hold. */
  readonly statements: number;
  /** Why the region must not be removed; empty if it can be. */
  readonly obstacles: readonly string[];
}

/**
 * The status of a stack's regions, in the order of its configuration.
 * @param regions limits it to these
 * @throws Error naming a region that could not be read
 */
export async function readRegions(target: Target, regions = target.regions): Promise<RegionStatus[]> {
  const { homeRegion, clientOptions, prefix } = target;
  const home = { ...clientOptions, region: homeRegion };
  const [{ Account = "" }, { Table }] = await Promise.all([
    new STSClient(home).send(new GetCallerIdentityCommand({})),
    new DynamoDBClient(home).send(new DescribeTableCommand({ TableName: tableNameOf(prefix) })),
  ]);
  const replicas = new Map<string | undefined, string | undefined>([
    [homeRegion, Table?.TableStatus],
    ...(Table?.Replicas ?? []).map(({ RegionName, ReplicaStatus }) => [RegionName, ReplicaStatus] as const),
  ]);
  return Promise.all(
    regions.map((region) => readRegion(target, region, Account, replicas.get(region) ?? "none")),
  );
}

async function readRegion(
  target: Target,
  region: string,
  accountId: string,
  replica: string,
): Promise<RegionStatus> {
  const offered = target.retiredRegions && !target.retiredRegions.includes(region);
  const topics = target.topicsByRegion[region] ?? 1;
  const isDefault = !RegionInfo.get(region).isOptInRegion;
  const base = { region, offered, replica, topics };
  try {
    const [use, policies] = await Promise.all([
      countConnections(target, region),
      readPolicies(target, region, accountId, topics),
    ]);
    const state = {
      ...base,
      optedIn: isDefault ? ("default" as const) : ("yes" as const),
      ...use,
      ...policies,
    };
    return { ...state, obstacles: obstaclesOf(state) };
  } catch (error) {
    // The errors that a region returns to credentials of an account that has not enabled it.
    if (!/^(UnrecognizedClient|InvalidClientTokenId)/.test((error as Error).name)) {
      throw new Error(`${region} could not be read: ${(error as Error).message}`, { cause: error });
    }
    return {
      ...base,
      optedIn: "no",
      connections: {},
      inUse: 0,
      freeCapacity: 0,
      statements: 0,
      obstacles: [
        `${region} is not enabled in this account, so that nothing in it can be seen: enable it first`,
      ],
    };
  }
}

async function countConnections({ clientOptions, prefix }: Target, region: string) {
  const table = new ConnectionRepository(
    new DynamoDBClient({ ...clientOptions, region }),
    tableNameOf(prefix),
  );
  const now = new Date();
  const connections: Partial<Record<CurrentStatus, number>> = {};
  let inUse = 0;
  for await (const connection of table.ofRegion(region)) {
    const status = currentStatus(connection, now);
    connections[status] = (connections[status] ?? 0) + 1;
    if (needsStatement(connection, now)) inUse += 1;
  }
  return { connections, inUse };
}

async function readPolicies(
  { clientOptions, prefix }: Target,
  region: string,
  accountId: string,
  topics: number,
) {
  const sns = new SNSClient({ ...clientOptions, region });
  const policies = await Promise.all(
    topicArns(region, accountId, prefix, topics).map((arn) => new Topic(sns, arn).policy()),
  );
  return {
    freeCapacity: policies.reduce((sum, policy) => sum + policy.freeCapacity, 0),
    statements: policies.reduce((sum, policy) => sum + policy.statements.length, 0),
  };
}

function obstaclesOf({ region, offered, inUse, statements }: Omit<RegionStatus, "obstacles">): string[] {
  return [
    ...(offered ? [`${region} is offered: move it to onboarding:retiredRegions first`] : []),
    ...(inUse > 0
      ? [`${counted(inUse, "connection")} in ${region} still need${inUse === 1 ? "s" : ""} its topics`]
      : []),
    // The index that connections are counted in lags behind by moments. The policies do not, and keep a statement as long as it is needed.
    ...(inUse === 0 && statements > 0
      ? [
          `the topic policies in ${region} still hold ${counted(statements, "statement")}: the hourly reconciliation removes those no longer needed`,
        ]
      : []),
  ];
}
