/** Which deployment of the program a command works on, and how it is reached. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { prefixOf } from "../functions/domain/names.js";

/** What every SDK client of a command is made with. */
export interface ClientOptions {
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** One stack of the program. */
export interface Target {
  /** The stack's name. */
  readonly stack: string;
  /** What every physical name begins with: `onboarding-<stack>`. */
  readonly prefix: string;
  readonly homeRegion: string;
  /** The regions in which it receives, offered or retired. */
  readonly regions: readonly string[];
  /** Those of them that are offered no longer. */
  readonly retiredRegions: readonly string[];
  /** How many topics each of them has. */
  readonly topicsPerRegion: Readonly<Record<string, number>>;
  /** Empty for AWS: credentials come from where the AWS command line takes them. */
  readonly clientOptions: ClientOptions;
}

/** How somebody names a target. */
export interface TargetOptions {
  /** The stack's name; its configuration is read from Pulumi.<stack>.yaml. */
  readonly stack: string;
  /** Use the embedded cloud that `npm start` left running. */
  readonly local?: boolean;
  /** Where that keeps its addresses. */
  readonly state?: string;
}

/** What a running `npm start` says of itself. */
interface RunningCloud {
  readonly endpoint: string;
  readonly account: string;
  readonly stack: string;
  readonly homeRegion: string;
  readonly regions: readonly string[];
  readonly retiredRegions?: readonly string[];
  readonly topicsPerRegion?: unknown;
}

/** Where `npm start` keeps its addresses, in the project's folder. */
const STATE_FILE = ".onboarding/state.json";

// The product supports Node 20.19; the SDK's warning that a later version of it will not would stand before every answer.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const projectFolder = new URL("../", import.meta.url);

/** @throws Error with a sentence that says what to do when there is no such stack, or nothing runs */
export function readTarget({ stack, local, state }: TargetOptions): Target {
  return local || state !== undefined ? runningCloud(state ?? STATE_FILE) : configuredStack(stack);
}

function configuredStack(stack: string): Target {
  const file = `Pulumi.${stack}.yaml`;
  const text = read(
    file,
    `There is no ${file} in the project's folder: name a stack that is configured there with --stack, or use --local.`,
  );
  const { config } = parse(text) as { readonly config?: Readonly<Record<string, unknown>> };
  const homeRegion = config?.["aws:region"];
  const regions = config?.["onboarding:regions"];
  const retiredRegions = config?.["onboarding:retiredRegions"] ?? [];
  if (typeof homeRegion !== "string" || !Array.isArray(regions) || !Array.isArray(retiredRegions)) {
    throw new Error(
      `${file} lacks aws:region or onboarding:regions: finish the stack's configuration first.`,
    );
  }
  const topics = config?.["onboarding:topicsPerRegion"];
  return {
    stack,
    prefix: prefixOf(stack),
    homeRegion,
    ...served(regions, retiredRegions, topics),
    clientOptions: {},
  };
}

function runningCloud(stateFile: string): Target {
  const text = read(
    stateFile,
    "No embedded cloud is running: start one with npm start, and leave it running.",
  );
  const { endpoint, account, stack, homeRegion, regions, retiredRegions, topicsPerRegion } = JSON.parse(
    text,
  ) as RunningCloud;
  const credentials = { accessKeyId: account, secretAccessKey: "test" };
  return {
    stack,
    prefix: prefixOf(stack),
    homeRegion,
    ...served(regions, retiredRegions ?? [], topicsPerRegion),
    clientOptions: { endpoint, credentials },
  };
}

/** @param topics as the program takes it: a number for all regions, or a map in which the others have 1 */
function served(offered: readonly string[], retiredRegions: readonly string[], topics: unknown) {
  const regions = [...offered, ...retiredRegions];
  const everywhere = typeof topics === "number" ? topics : 1;
  const named = typeof topics === "object" && topics !== null ? topics : {};
  const topicsPerRegion: Readonly<Record<string, number>> = {
    ...Object.fromEntries(regions.map((region) => [region, everywhere])),
    ...named,
  };
  return { regions, retiredRegions, topicsPerRegion };
}

function read(file: string, whenMissing: string): string {
  try {
    return readFileSync(new URL(file, projectFolder), "utf8");
  } catch (cause) {
    throw new Error(whenMissing, { cause });
  }
}
