/**
 * `npm run faults`: the real receivers in the embedded cloud, each region under a fault of its own.
 */
import { parseArgs } from "node:util";
import { EmbeddedCloud } from "../../emulator/aws/embedded-cloud.js";
import { createLink, type DeployedProgram } from "../../emulator/customer/scenario.js";
import { Deployment } from "../../emulator/deploy/deployment.js";
import { readStackConfig } from "../../emulator/deploy/stack-config.js";
import { prefixOf, receiverNameOf } from "../../functions/domain/names.js";
import { type Scenario, scenarios } from "./scenarios.js";
import { type Deployed, Stage } from "./stage.js";

const HELP = `Measures how customers' stacks are answered while something is broken (docs/reliability.md explains the table).

  npm run faults                     every fault, each in a region of its own, all at once: about two minutes
  npm run faults -- --only "STS"     the faults whose name has this in it
  npm run faults -s -- --json        the measurements as one JSON document

Exit code 0 if every promise held: an answer within 60 s or, where the function's process died, in the second delivery at the latest.
`;

/** One region for each fault. The first is the home region, which has a fault, too. */
const REGIONS = [
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "eu-central-1",
  "eu-north-1",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ca-central-1",
  "sa-east-1",
];

/** What the program promises. */
const MAX_SECONDS = 60;
const MAX_DELIVERIES = 2;

interface Result {
  readonly fault: string;
  readonly happened: string;
  /** The slowest answer to a request of the customer's stacks, in seconds; on AWS, with Lambda's own waits between deliveries. */
  readonly answeredAfterSeconds: number;
  /** The most that a request needed, until the function was done with it. */
  readonly deliveries: number;
  readonly promised: string;
  readonly kept: boolean;
}

/**
 * Sets the stage of a fault: its customer has a stack for a moment, so that what the cloud needs for that is running. What is
 * measured then is not how fast this machine starts many processes at once.
 */
async function set(deployed: Deployed, { changes }: Scenario, index: number): Promise<Stage> {
  const region = REGIONS[index] ?? "";
  const accountId = String(444_400_000_001 + index);
  const { link } = await createLink(deployed.program.onboardingUrl, { accountId, region });
  const stack = await deployed.cloud.customer(accountId).createStack(link);
  await stack.settled();
  await stack.delete();
  await deployed.cloud.notifications.idle();
  return Stage.set(deployed, region, accountId, await changes?.());
}

async function play(stage: Stage, scenario: Scenario): Promise<Result> {
  const { fault, dies = false } = scenario;
  const played = await scenario
    .play(stage)
    .finally(() => stage.done())
    .then(
      (happened) => ({ happened, kept: true }),
      (error: Error) => ({ happened: `BROKEN: ${error.message}`, kept: false }),
    );
  const { answered } = stage;
  const inTime = answered.every(
    ({ seconds, answeredInDelivery }) =>
      seconds <= MAX_SECONDS || (dies && answeredInDelivery <= MAX_DELIVERIES),
  );
  return {
    fault,
    happened: played.happened,
    answeredAfterSeconds: Math.max(...answered.map(({ seconds }) => seconds)),
    deliveries: Math.max(...answered.map(({ deliveries }) => deliveries)),
    promised: dies ? `${MAX_DELIVERIES} deliveries` : `${MAX_SECONDS} s`,
    kept: played.kept && inTime && answered.length > 0,
  };
}

/** Deploys the program and plays every fault in it. @param stages takes each stage as soon as it is set */
async function measure(
  cloud: EmbeddedCloud,
  chosen: readonly Scenario[],
  stages: Stage[],
  say: (sentence: string) => void,
): Promise<Result[]> {
  const regions = regionsFor(chosen);
  const deployment = new Deployment(cloud);
  const config = { ...readStackConfig("dev"), "aws:region": regions[0], "onboarding:regions": regions };
  const program = (await deployment.up(config)) as unknown as DeployedProgram;
  const deployed = { cloud, program, functionName: receiverNameOf(prefixOf(deployment.stack)) };
  for (const [index, scenario] of chosen.entries()) stages.push(await set(deployed, scenario, index));
  cloud.responseBuckets.fault = (answer) =>
    stages.find(({ region }) => region === answer?.StackId.split(":")[3])?.bucketFault?.();
  return Promise.all(
    stages.map(async (stage, index) => {
      const result = await play(stage, chosen[index] as Scenario);
      say(`${result.fault}: ${result.happened}`);
      return result;
    }),
  );
}

/** A region for each fault. */
const regionsFor = (chosen: readonly Scenario[]) => REGIONS.slice(0, chosen.length);

/** A table in Markdown, its columns aligned. */
function table(results: readonly Result[]): string {
  const rows = [
    ["Fault", "What happened", "Answered after", "Deliveries", "Promised", "Kept"],
    ...results.map((result) => [
      result.fault,
      result.happened,
      `${result.answeredAfterSeconds.toFixed(1)} s`,
      String(result.deliveries),
      result.promised,
      result.kept ? "yes" : "NO",
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: "" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const chosen = scenarios.filter(({ fault }) => fault.includes(values.only));
  if (chosen.length === 0) {
    throw new Error(
      `No fault has "${values.only}" in its name. There are: ${scenarios.map(({ fault }) => fault).join("; ")}.`,
    );
  }
  const say = (sentence: string) => process.stderr.write(`${sentence}\n`);
  const regions = regionsFor(chosen);
  say(`Starting the embedded cloud with ${regions.length} regions …`);
  const cloud = await EmbeddedCloud.start({ regions });
  const started = Date.now();
  const elapsed = () => `${String(Math.round((Date.now() - started) / 1000)).padStart(3)} s`;
  const stages: Stage[] = [];
  const timer = setInterval(() => say(`${elapsed()}  …`), 10_000);
  try {
    const measuring = measure(cloud, chosen, stages, (sentence) => say(`${elapsed()}  ${sentence}`));
    const results = await Promise.race([measuring, interrupted]);
    if (results === "interrupted") {
      // What is under way fails when the cloud ends, in the program's deployment too.
      process.on("unhandledRejection", () => {});
      return 130;
    }
    process.stdout.write(values.json ? `${JSON.stringify(results, null, 2)}\n` : `\n${table(results)}\n`);
    return results.every(({ kept }) => kept) ? 0 : 1;
  } finally {
    clearInterval(timer);
    await cloud.stop();
    await Promise.all(stages.map(({ endpoint }) => endpoint.stop()));
  }
}

/** Resolves at the first Ctrl-C or SIGTERM: the embedded cloud has to be ended in order, with all its processes. */
const interrupted = new Promise<"interrupted">((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => resolve("interrupted"));
  }
});

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
