/** How each region of a stack stands, and whether it may be taken out of the configuration. */
import { RegionInfo } from "@aws-cdk/region-info";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { Topic, topicArns } from "../functions/aws/topic.js";
import { type CurrentStatus, currentStatus } from "../functions/domain/connection.js";
import { ConnectionRepository } from "../functions/domain/connection-repository.js";
import { tableNameOf } from "../functions/domain/names.js";
import { needsStatement } from "../functions/domain/topic-statement.js";
import type { Target } from "./target.js";

/** One region of a stack. */
export interface RegionState {
  readonly region: string;
  readonly offered: boolean;
  /** Whether the account can use the region; `default` for one that nobody has to opt into. */
  readonly optedIn: "default" | "yes" | "no";
  /** What DynamoDB says of the replica, such as ACTIVE; `none` where there is none. */
  readonly replica: string;
  /** How many connections there are of each status, `expired` among them. */
  readonly connections: Readonly<Partial<Record<CurrentStatus, number>>>;
  /** Connections whose customer still needs the region's topics. */
  readonly inUse: number;
  readonly topics: number;
  /** How many more connections the topics take. */
  readonly room: number;
  /** How many permissions the topics have. */
  readonly statements: number;
  /** Why the region may not be removed; empty if it may. */
  readonly obstacles: readonly string[];
}

/**
 * The regions of a stack, in the order of its configuration.
 * @param regions only these
 * @throws Error naming a region that could not be read
 */
export async function readRegions(target: Target, regions = target.regions): Promise<RegionState[]> {
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
): Promise<RegionState> {
  const offered = !target.retiredRegions.includes(region);
  const topics = target.topicsPerRegion[region] ?? 1;
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
    // What a region says to the credentials of an account that has not opted in.
    if (!/^(UnrecognizedClient|InvalidClientTokenId)/.test((error as Error).name)) {
      throw new Error(`${region} could not be read: ${(error as Error).message}`, { cause: error });
    }
    return {
      ...base,
      optedIn: "no",
      connections: {},
      inUse: 0,
      room: 0,
      statements: 0,
      obstacles: [`${region} is not opted in, so that nobody can see what is in it: opt in first`],
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
    room: policies.reduce((sum, policy) => sum + policy.capacityLeft, 0),
    statements: policies.reduce((sum, policy) => sum + policy.statements.length, 0),
  };
}

function obstaclesOf({ region, offered, inUse, statements }: Omit<RegionState, "obstacles">): string[] {
  return [
    ...(offered ? [`${region} is offered: move it to onboarding:retiredRegions first`] : []),
    ...(inUse > 0
      ? [`${count(inUse, "connection")} in ${region} still need${inUse === 1 ? "s" : ""} its topics`]
      : []),
    // The index of connections lags behind by moments; the policies do not, and keep a permission for as long as it is needed.
    ...(inUse === 0 && statements > 0
      ? [
          `the topics in ${region} still have ${count(statements, "permission")}: the hourly sweep removes what ended`,
        ]
      : []),
  ];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
