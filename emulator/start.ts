/**
 * `npm start`: the program in the embedded cloud, and customers who connect, update and leave.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { EmbeddedCloud } from "./aws/embedded-cloud.js";
import { ConsoleStandIn } from "./console/index.js";
import { CustomerScenario, type DeployedProgram } from "./customer/scenario.js";
import { Deployment, type StackConfig } from "./deploy/deployment.js";
import { readStackConfig } from "./deploy/stack-config.js";
import { OnboardingSite } from "./onboarding-site.js";
import { projectFolder } from "./paths.js";
import { Reporter } from "./reporter.js";

const HELP = `Deploys the onboarding program to an embedded cloud and plays customers in it.

  npm start                     play, then leave the onboarding page running until Ctrl-C
  npm start -- --once           play, then end: exit code 0 if every step succeeded
  npm start -s -- --json        the same as --once, and print one JSON document
  npm start -- --regions a,b    the regions to deploy to (default: those of Pulumi.dev.yaml)
  npm start -- --port 4566      the port of the embedded cloud on 127.0.0.1 (default: a free one)
  npm run clean                 remove what it keeps in .onboarding/
`;

/** How many customers are played at once. */
const CUSTOMERS_AT_ONCE = 4;
/** Where other commands find the addresses of a running `npm start`. */
const STATE_FILE = join(projectFolder, ".onboarding", "state.json");

interface Options {
  readonly once: boolean;
  readonly json: boolean;
  readonly regions: readonly string[] | undefined;
  readonly port: number | undefined;
}

/** @throws Error with a sentence for the person who typed it */
function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      once: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      regions: { type: "string" },
      port: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1024 && port <= 65535)) {
    throw new Error(`--port takes a number from 1024 to 65535, not "${values.port}".`);
  }
  const regions = values.regions?.split(",").map((region) => region.trim());
  return { once: values.once || values.json, json: values.json, regions, port };
}

/** @throws Error when something else listens there */
async function checkPort(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        new Error(`Port ${port} of 127.0.0.1 cannot be used (${error.code}). Choose another with --port.`),
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}

/** The vendor's next version: the same program, whose customers' role grants one action more. */
function nextVersion(config: StackConfig): StackConfig {
  const grants = config["onboarding:grants"] as { readonly actions?: readonly string[] } | undefined;
  const actions = grants?.actions ?? ["ec2:Describe*"];
  return {
    ...config,
    "onboarding:grants": { ...grants, actions: [...actions, "tag:GetResources"] },
  };
}

/** Runs a task for each item, a few at a time. */
async function forEach<Item>(items: readonly Item[], task: (item: Item) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await task(item);
  };
  await Promise.all(Array.from({ length: CUSTOMERS_AT_ONCE }, worker));
}

interface Played {
  /** Whether every customer's every step succeeded. */
  readonly ok: boolean;
  readonly program: DeployedProgram;
}

async function play(cloud: EmbeddedCloud, config: StackConfig, reporter: Reporter): Promise<Played> {
  const regions = config["onboarding:regions"] as readonly string[];
  const deployment = new Deployment(cloud);
  const program = await reporter.task(
    "Deploying the program",
    async () => (await deployment.up(config)) as unknown as DeployedProgram,
    () => `${deployment.size} resources in ${regions.length} region${regions.length === 1 ? "" : "s"}`,
  );
  reporter.program(program);
  saveState(cloud, deployment, config, program);

  const stories = regions.map(
    (region, index) =>
      new CustomerScenario(cloud, program, region, String(222_200_000_001 + index), (scenario, step) =>
        reporter.step(scenario.region, step),
      ),
  );
  await reporter.task("Customers connect", () => forEach(stories, (scenario) => scenario.connect()));
  const next = await reporter.task(
    "Deploying a new template",
    async () => (await deployment.up(nextVersion(config))) as unknown as DeployedProgram,
  );
  await reporter.task("Customers update", () =>
    forEach(stories, (scenario) => scenario.update(next.templateUrl)),
  );
  await reporter.task("Customers move to a new link", () =>
    forEach(stories, (scenario) => scenario.moveToNewLink()),
  );
  await reporter.task("Customers leave", () => forEach(stories, (scenario) => scenario.leave()));
  return { ok: reporter.finish(stories.map((scenario) => scenario.result)), program };
}

/** What other commands need to know of a running cloud; client/cli/target.ts reads it. */
function saveState(
  cloud: EmbeddedCloud,
  { stack }: Deployment,
  config: StackConfig,
  program: DeployedProgram,
): void {
  mkdirSync(join(projectFolder, ".onboarding"), { recursive: true });
  const state = {
    endpoint: cloud.endpoint,
    account: cloud.vendor.accountId,
    stack,
    homeRegion: config["aws:region"],
    regions: config["onboarding:regions"],
    retiredRegions: config["onboarding:retiredRegions"],
    topicsPerRegion: config["onboarding:topicsPerRegion"],
    topicsByRegion: config["onboarding:topicsByRegion"],
    pid: process.pid,
    ...program,
  };
  writeFileSync(STATE_FILE, `${JSON.stringify(state, null, 2)}\n`);
}

/** Resolves at the first Ctrl-C or SIGTERM. */
function untilInterrupted(): Promise<"interrupted"> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => resolve("interrupted"));
    }
  });
}

async function main(): Promise<number> {
  const options = readOptions();
  const reporter = new Reporter(options.json);
  const interrupted = untilInterrupted();
  const config = readStackConfig("dev");
  if (options.regions) {
    config["onboarding:regions"] = options.regions;
    config["aws:region"] = options.regions[0];
  }
  if (options.port !== undefined) await checkPort(options.port);

  const starting = reporter.task(
    "Starting the embedded cloud",
    () =>
      EmbeddedCloud.start({
        regions: config["onboarding:regions"] as readonly string[],
        ...(options.port === undefined ? {} : { port: options.port }),
      }),
    (cloud) => cloud.endpoint,
  );
  const cloud = await starting;
  try {
    const played = await Promise.race([play(cloud, config, reporter), interrupted]);
    if (played === "interrupted") return 130;
    if (options.once) return played.ok ? 0 : 1;
    const standIn = await ConsoleStandIn.start(cloud);
    const site = await OnboardingSite.start(played.program.onboardingUrl, standIn);
    reporter.running(site.url, cloud.endpoint, STATE_FILE);
    await interrupted;
    await Promise.all([site.stop(), standIn.stop()]);
    return 0;
  } finally {
    rmSync(STATE_FILE, { force: true });
    await cloud.stop();
  }
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
