/** Which deployment a command works on, and how to reach it. */
import { resolve } from "node:path";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { prefixOf, tableNameOf, urlGeneratorNameOf } from "../../functions/domain/names.js";
import type { AwsClientOptions } from "../index.js";
import { parsed, readStackFile, readText } from "./files.js";
import { newestRun } from "./local-runs.js";

/** One deployment of the program. */
export interface Target {
  readonly stack: string;
  /** What every physical name begins with: `onboarding-<stack>`. */
  readonly prefix: string;
  readonly homeRegion: string;
  /** The regions in which requests are received, whether they are offered or retired. */
  readonly regions: readonly string[];
  /** Those of them that are no longer offered; undefined if only the stack's configuration could tell. */
  readonly retiredRegions: readonly string[] | undefined;
  /** How many topics each of the regions has. */
  readonly topicsByRegion: Readonly<Record<string, number>>;
  /** Empty on AWS: credentials then come from the SDK's default chain, as for the AWS CLI. */
  readonly clientOptions: AwsClientOptions;
}

/** The options that name a target. Exactly one way may be used; without any, it is the stack `dev`. */
export interface TargetOptions {
  /** The stack's name: its configuration is read from Pulumi.<stack>.yaml in the working directory. */
  readonly stack?: string | undefined;
  /** The embedded cloud of the `npm start` that was started last. */
  readonly local?: boolean | undefined;
  /** Implies `local`: the file in which that cloud keeps its addresses. */
  readonly state?: string | undefined;
  /** The stack's output `tableName`, together with `region`. */
  readonly table?: string | undefined;
  /** The stack's home region, together with `table`. */
  readonly region?: string | undefined;
}

/** The regions of a stack, as its configuration has them; `pulumi config set` stores numbers as strings. */
interface ConfiguredRegions {
  readonly regions: readonly string[];
  readonly retiredRegions?: readonly string[] | undefined;
  readonly releasedRegions?: readonly string[] | undefined;
  readonly topicsPerRegion?: number | string | undefined;
  readonly topicsByRegion?: Readonly<Record<string, number | string>> | undefined;
}

/** What a running `npm start` writes about itself. */
interface RunningCloud extends ConfiguredRegions {
  readonly endpoint: string;
  readonly account: string;
  readonly secretAccessKey: string;
  readonly stack: string;
  readonly homeRegion: string;
}

const DEFAULT_STACK = "dev";

/** @throws Error that says what to do: options that contradict each other, no such stack, or nothing running */
export async function readTarget({ stack, local, state, table, region }: TargetOptions): Promise<Target> {
  const isLocal = local === true || state !== undefined;
  const ways = [
    ...(stack === undefined ? [] : ["--stack"]),
    ...(isLocal ? [local ? "--local" : "--state"] : []),
    ...(table === undefined ? [] : ["--table"]),
  ];
  if (ways.length > 1) {
    throw new Error(`${ways.join(" and ")} name different deployments: use only one of them.`);
  }
  if (table !== undefined && region === undefined) {
    throw new Error("--table needs --region too: the home region of the stack that the table belongs to.");
  }
  if (table === undefined && region !== undefined) {
    throw new Error(
      "--region names the home region of a stack and needs --table, the stack's output tableName.",
    );
  }
  if (isLocal) return runningCloud(state ?? newestRun());
  return table !== undefined && region !== undefined
    ? deployedTable(table, region)
    : configuredStack(stack ?? DEFAULT_STACK);
}

function configuredStack(stack: string): Target {
  const file = `Pulumi.${stack}.yaml`;
  const text = readText(
    resolve(file),
    `There is no ${file} in this folder: name a stack that is configured here with --stack, or use --local, or --table with --region.`,
  );
  const config = readStackFile(file, text);
  const configured = Object.fromEntries(
    ["regions", "retiredRegions", "releasedRegions", "topicsPerRegion", "topicsByRegion"].map((name) => [
      name,
      config[`onboarding:${name}`],
    ]),
  ) as unknown as ConfiguredRegions;
  return {
    stack,
    prefix: prefixOf(stack),
    homeRegion: config["aws:region"],
    ...served(configured),
    clientOptions: {},
  };
}

function runningCloud(stateFile: string): Target {
  const text = readText(
    resolve(stateFile),
    `There is no ${stateFile}: name the file that npm start printed, or use --local for the run that was started last.`,
  );
  const { endpoint, account, secretAccessKey, stack, homeRegion, ...configured } = parsed(stateFile, () =>
    JSON.parse(text),
  ) as RunningCloud;
  const credentials = { accessKeyId: account, secretAccessKey };
  return {
    stack,
    prefix: prefixOf(stack),
    homeRegion,
    ...served(configured),
    clientOptions: { endpoint, credentials },
  };
}

/** The URL generator's own environment says which regions receive, and with how many topics. */
async function deployedTable(table: string, homeRegion: string): Promise<Target> {
  const [, stack = ""] = /^onboarding-(.+)-connections$/.exec(table) ?? [];
  const prefix = prefixOf(stack);
  if (tableNameOf(prefix) !== table) {
    throw new Error(
      `--table ${table} is not a table of this program: use the stack's output tableName, such as ${tableNameOf(prefixOf("prod"))}.`,
    );
  }
  const FunctionName = urlGeneratorNameOf(prefix);
  const { Environment } = await new LambdaClient({ region: homeRegion })
    .send(new GetFunctionConfigurationCommand({ FunctionName }))
    .catch((cause: Error) => {
      if (cause.name !== "ResourceNotFoundException") throw cause;
      throw new Error(
        `${homeRegion} has no function ${FunctionName}: check --table, --region and the AWS account you are signed in to.`,
        { cause },
      );
    });
  const topicsByRegion: Readonly<Record<string, number>> = JSON.parse(Environment?.Variables?.TOPICS ?? "{}");
  return {
    stack,
    prefix,
    homeRegion,
    regions: Object.keys(topicsByRegion),
    retiredRegions: undefined,
    topicsByRegion,
    clientOptions: {},
  };
}

function served({
  regions: offered,
  retiredRegions = [],
  releasedRegions = [],
  topicsPerRegion = 1,
  topicsByRegion = {},
}: ConfiguredRegions): Pick<Target, "regions" | "retiredRegions" | "topicsByRegion"> {
  const regions = [...offered, ...retiredRegions, ...releasedRegions];
  const topics = regions.map((region) => [region, Number(topicsByRegion[region] ?? topicsPerRegion)]);
  return {
    regions,
    retiredRegions: [...retiredRegions, ...releasedRegions],
    topicsByRegion: Object.fromEntries(topics),
  };
}
