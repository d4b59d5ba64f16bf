import * as pulumi from "@pulumi/pulumi";
import * as pulumiSettings from "@pulumi/pulumi/runtime/settings.js";
import { regionsBeside } from "../../../components/config/regions.js";
import { partitionOf } from "../../../functions/aws/partitions.js";

/** The vendor's account in these tests. */
export const ACCOUNT = "111122223333";

/** Configuration values by their full names, as in a stack's file. */
export type StackConfig = Record<string, unknown>;

/** A small stack; tests change what they are about. */
export const smallStack: StackConfig = {
  "aws:region": "us-east-1",
  "onboarding:regions": ["us-east-1", "eu-west-1"],
};

/** Inputs as they arrive at a provider. Archives are maps from file name to text. */
// biome-ignore lint/suspicious/noExplicitAny: what a provider receives has no types, and tests look at every corner of it
export type Inputs = Record<string, any>;

/** One resource that the program registered, with the options that mocks do not show. */
export interface Registration {
  type: string;
  name: string;
  custom: boolean;
  inputs: Inputs;
  protect: boolean;
  retainOnDelete: boolean;
  /** The parent's URN; empty for a resource of the stack itself. */
  parent: string;
  urn: string;
  /** URNs. */
  dependencies: string[];
  /** The provider's URN and ID; empty for the default one. */
  provider: string;
}

/** What one run of the program did. */
export interface Run {
  registrations: Registration[];
  outputs: Inputs;
  warnings: string[];
}

/** How AWS is to be in a run. */
export interface Circumstances {
  stack?: string;
  /** @default all regions of the home region's partition */
  enabledRegions?: string[];
  /** The regions where the table is already, and whether it is protected there. @default a first deployment */
  replicas?: Record<string, boolean>;
}

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDependenciesList(): string[];
  getProvider(): string;
}

type Callback = (error: unknown, response?: { getUrn(): string }) => void;

/** Parts of Pulumi's runtime that its types leave out. */
const { getMonitor, waitForRPCs } = pulumiSettings as unknown as {
  getMonitor(): { registerResource(request: RegisterRequest, callback: Callback): Promise<void> };
  waitForRPCs(): Promise<void>;
};

let runs = 0;

/**
 * Runs the unchanged program under mocks and returns everything that it registered.
 *
 * @throws what the program throws, or the first failure of a registration, which Pulumi's mocks would hide
 */
export function runProgram(
  config: StackConfig = smallStack,
  circumstances: Circumstances = {},
): Promise<Run> {
  const program = () => import(`../../../index.js?mocked=${++runs}`);
  return runUnderMocks(program, { ...circumstances, config });
}

/**
 * The same for any other program.
 *
 * @param program returns the stack's outputs
 */
export async function runUnderMocks(
  program: () => Inputs | Promise<Inputs>,
  {
    stack = "dev",
    enabledRegions,
    replicas,
    config = smallStack,
  }: Circumstances & { config?: StackConfig } = {},
): Promise<Run> {
  // The component loads it while it runs, and tsx needs stack traces for that.
  await import("../../../components/build/bundle-sources.js");
  const failures: unknown[] = [];
  const inputsOf = new Map<string, Promise<Inputs>>();
  const homeRegion = String(config["aws:region"]);
  await pulumi.runtime.setMocks(
    {
      call: ({ token, inputs }) => {
        // Pulumi takes a stack trace for every promise of every resource, which is four fifths of a run's time. By now all modules are
        // loaded, for which tsx needs stack traces, and no resource is made yet.
        Error.stackTraceLimit = 0;
        return answer(token, inputs, {
          homeRegion,
          enabledRegions: enabledRegions ?? regionsBeside(homeRegion),
          ...(replicas && { replicas }),
        });
      },
      newResource: ({ type, name, inputs }) => {
        inputsOf.set(`${type}::${name}`, unwrap(inputs) as Promise<Inputs>);
        return { id: `${name}-id`, state: { ...inputs, ...generated(type, name, inputs) } };
      },
    },
    "onboarding",
    stack,
    false,
  );
  setConfig(config);
  const options = watchRegistrations(failures);

  const { stackTraceLimit } = Error;
  const { outputs, warnings } = await collectWarnings(() =>
    collectRejections(failures, async () => {
      const outputs = await program();
      await waitForRPCs();
      return { ...outputs };
    }),
  ).finally(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });
  if (failures.length > 0) {
    throw failures[0];
  }
  const registrations = await Promise.all(
    options.map(async (option) => ({
      ...option,
      inputs: (await inputsOf.get(`${option.type}::${option.name}`)) ?? {},
    })),
  );
  return { registrations, outputs: await resolved(outputs), warnings };
}

const kept = new Map<string, Promise<Run>>();

/** The run with this configuration, made once: for tests that only look at it. */
export function runOnce(config: StackConfig = smallStack, circumstances: Circumstances = {}): Promise<Run> {
  const key = JSON.stringify([config, circumstances]);
  const run = kept.get(key) ?? runProgram(config, circumstances);
  kept.set(key, run);
  return run;
}

/** Every region that AWS has in the partition of this one. */
export function allRegions(homeRegion: string): string[] {
  return regionsBeside(homeRegion);
}

/** The registrations of one type, such as `sns/topic:Topic`. */
export function ofType({ registrations }: Run, type: string): Registration[] {
  return registrations.filter((registration) => registration.type === `aws:${type}`);
}

/** The topics that customers' stacks name. */
export function connectionTopics(run: Run): Registration[] {
  return ofType(run, "sns/topic:Topic").filter(({ name }) => /-topic-\d+$/.test(name));
}

/** The only registration of a type, or the only one of this physical or logical name. */
export function only(run: Run, type: string, name?: string): Registration {
  const found = ofType(run, type).filter((one) => name === undefined || one.name === name);
  if (found.length !== 1 || !found[0]) {
    throw new Error(
      `Expected one ${type} ${name ?? ""}, got ${found.map((one) => one.name).join(", ") || "none"}.`,
    );
  }
  return found[0];
}

function setConfig(config: StackConfig): void {
  const entries = Object.entries(config).filter(([, value]) => value !== undefined);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(
      entries.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
  );
}

export function answer(
  token: string,
  inputs: Inputs,
  circumstances: Circumstances & { homeRegion: string },
): Record<string, unknown> {
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { accountId: ACCOUNT, arn: "", id: ACCOUNT, userId: "" };
    case "aws:dynamodb/getTable:getTable":
      return liveTable(inputs, circumstances);
    case "aws:iam/getPolicy:getPolicy":
      return managedPolicy(inputs);
    case "aws:index/getRegion:getRegion":
      return { id: circumstances.homeRegion, region: circumstances.homeRegion };
    case "aws:index/getRegions:getRegions":
      return { id: "regions", names: circumstances.enabledRegions };
    default:
      throw new Error(`The program asks for ${token}, which this test does not know.`);
  }
}

/** Those that tests name. */
const MANAGED_POLICIES = ["SecurityAudit", "job-function/ViewOnlyAccess"];

function managedPolicy({ arn }: Inputs): Record<string, unknown> {
  const [, name = ""] = /^arn:[a-z-]+:iam::aws:policy\/(.+)$/.exec(arn) ?? [];
  if (name === "Denied") throw failure(`reading IAM Policy (${arn}): AccessDenied: not authorized`);
  if (!MANAGED_POLICIES.includes(name)) throw failure(`reading IAM Policy (${arn}): couldn't find resource`);
  return { id: arn, arn };
}

/** An error as the engine passes it on: programs see the details of the call to the provider. */
function failure(details: string): Error {
  return Object.assign(new Error(details), { details });
}

function liveTable({ name, region }: Inputs, { replicas = {} }: Circumstances): Record<string, unknown> {
  const isProtected = replicas[region];
  if (isProtected === undefined) throw new Error(`reading DynamoDB Table (${name}): couldn't find resource`);
  return {
    deletionProtectionEnabled: isProtected,
    replicas: Object.keys(replicas).map((regionName) => ({ regionName })),
  };
}

/** What AWS makes up: ARNs, addresses and IDs. */
function generated(type: string, name: string, inputs: Inputs): Record<string, unknown> {
  const region = String(inputs.region);
  const { partition, dnsSuffix } = partitionOf(region);
  const arn = (service: string, resource: string) => ({
    arn: `arn:${partition}:${service}:${region}:${ACCOUNT}:${resource}`,
  });
  switch (type) {
    case "aws:sns/topic:Topic":
      return arn("sns", inputs.name);
    case "aws:sqs/queue:Queue":
      return {
        ...arn("sqs", inputs.name),
        url: `https://sqs.${region}.${dnsSuffix}/${ACCOUNT}/${inputs.name}`,
      };
    case "aws:dynamodb/table:Table":
      return {
        ...arn("dynamodb", `table/${inputs.name}`),
        streamArn: `arn:${partition}:dynamodb:${region}:${ACCOUNT}:table/${inputs.name}/stream/1`,
        replicas: (inputs.replicas ?? []).map((replica: Inputs) => ({
          ...replica,
          streamArn: `arn:${partition}:dynamodb:${replica.regionName}:${ACCOUNT}:table/${inputs.name}/stream/1`,
        })),
      };
    case "aws:cloudwatch/eventRule:EventRule":
      return arn("events", `rule/${inputs.name}`);
    case "aws:cloudwatch/metricAlarm:MetricAlarm":
      return arn("cloudwatch", `alarm:${inputs.name}`);
    case "aws:lambda/function:Function":
      return arn("lambda", `function:${inputs.name}`);
    case "aws:cloudwatch/logGroup:LogGroup":
      return arn("logs", `log-group:${inputs.name}`);
    case "aws:iam/policy:Policy":
      return { arn: `arn:${partition}:iam::${ACCOUNT}:policy${inputs.path}${inputs.name}` };
    case "aws:iam/role:Role":
      return { arn: `arn:aws:iam::${ACCOUNT}:role${inputs.path}${inputs.name}` };
    case "aws:apigatewayv2/api:Api":
      return {
        apiEndpoint: `https://${name}-id.execute-api.${region}.${dnsSuffix}`,
        executionArn: `arn:${partition}:execute-api:${region}:${ACCOUNT}:${name}-id`,
      };
    case "aws:apigatewayv2/domainName:DomainName":
      return {
        domainNameConfiguration: {
          ...inputs.domainNameConfiguration,
          targetDomainName: `d-a1b2c3d4e5.execute-api.${region}.${dnsSuffix}`,
          hostedZoneId: "Z1UJRXOUMOOFQ8",
        },
      };
    default:
      return {};
  }
}

function watchRegistrations(failures: unknown[]): Omit<Registration, "inputs">[] {
  const seen: Omit<Registration, "inputs">[] = [];
  const monitor = getMonitor();
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (error || !response) {
        failures.push(error);
      } else {
        seen.push({
          type: request.getType(),
          name: request.getName(),
          custom: request.getType().startsWith("aws:"),
          protect: request.getProtect(),
          retainOnDelete: request.getRetainondelete(),
          parent: request.getParent(),
          urn: response.getUrn(),
          dependencies: request.getDependenciesList(),
          provider: request.getProvider(),
        });
      }
      callback(error, response);
    });
  return seen;
}

/** What a component does after its constructor fails without anybody who waits for it. */
async function collectRejections<TResult>(
  failures: unknown[],
  run: () => Promise<TResult>,
): Promise<TResult> {
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (reason) => void failures.push(reason));
  try {
    return await run();
  } finally {
    // Node tells of a rejection when the promises of its turn are done.
    await new Promise((resolve) => setImmediate(resolve));
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) process.on("unhandledRejection", listener);
  }
}

async function collectWarnings(run: () => Promise<Inputs>): Promise<{ outputs: Inputs; warnings: string[] }> {
  const warnings: string[] = [];
  const { warn } = console;
  console.warn = (message: string) => void warnings.push(message);
  try {
    return { outputs: await run(), warnings };
  } finally {
    console.warn = warn;
  }
}

function resolved(outputs: Inputs): Promise<Inputs> {
  return new Promise((resolve) => {
    pulumi.all(outputs).apply((values) => resolve(values));
  });
}

/** Archives and assets as their texts. */
async function unwrap(value: unknown): Promise<unknown> {
  if (value instanceof pulumi.asset.AssetArchive) {
    return unwrap(await value.assets);
  }
  if (value instanceof pulumi.asset.StringAsset) {
    return value.text;
  }
  if (Array.isArray(value)) {
    return Promise.all(value.map(unwrap));
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const entries = Object.entries(value).map(async ([key, inner]) => [key, await unwrap(inner)]);
  return Object.fromEntries(await Promise.all(entries));
}
