/** `npm run faults`: the real receivers in the embedded cloud, each region under a fault of its own. */
import { parseArgs } from "node:util";
import { createLink } from "../../emulator/customer/onboarding-api.js";
import { Deployment } from "../../emulator/deploy/deployment.js";
import { readStackConfig } from "../../emulator/deploy/stack-config.js";
import { EmbeddedCloud } from "../../emulator/embedded-cloud.js";
import { interruption } from "../../emulator/interruption.js";
import { prefixOf, receiverNameOf } from "../../functions/domain/names.js";
import { DEFAULT_REGIONS } from "../regions.js";
import { markdownTable } from "../table.js";
import { type Scenario, scenarios } from "./scenarios.js";
import { type DeployedProgram, Testbed } from "./testbed.js";

const HELP = `Measures how the receiver responds while something is broken (docs/reliability.md explains the table).

  npm run faults                     every fault, each in a region of its own, all at once: about two minutes
  npm run faults -- --only "STS"     the faults with this in their name
  npm run faults -s -- --json        the measurements as one JSON document

Exit code 0 if every promise was kept: a response within 60 s or, where the function's process ended, in the second delivery at
the latest.
`;

/** What the program promises. */
const MAX_SECONDS = 60;
const MAX_DELIVERIES = 2;

interface Result {
  readonly fault: string;
  readonly happened: string;
  /** The slowest response to a request of the customer's stacks; with the waits between deliveries as long as they are on AWS. */
  readonly slowestResponseSeconds: number;
  /** The most that a request needed until the function had finished. */
  readonly deliveries: number;
  readonly promised: string;
  readonly kept: boolean;
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
    const names = scenarios.map(({ fault }) => fault).join("; ");
    throw new Error(`No fault has "${values.only}" in its name. The faults are: ${names}.`);
  }
  const interrupted = interruption();
  const regions = DEFAULT_REGIONS.slice(0, chosen.length);
  print(`Starting the embedded cloud with ${regions.length} regions …`);
  const cloud = await EmbeddedCloud.start({ regions });
  const started = Date.now();
  const elapsed = () => `${String(Math.round((Date.now() - started) / 1000)).padStart(3)} s`;
  const timer = setInterval(() => print(`${elapsed()}  …`), 10_000);
  const testbeds: Testbed[] = [];
  try {
    const measuring = measure(cloud, chosen, testbeds, (sentence) => print(`${elapsed()}  ${sentence}`));
    const results = await Promise.race([measuring, interrupted]);
    if (results === "interrupted") {
      // What is in progress fails when the cloud stops, and so does the program's deployment.
      process.on("unhandledRejection", () => {});
      return 130;
    }
    process.stdout.write(values.json ? `${JSON.stringify(results, null, 2)}\n` : `\n${table(results)}\n`);
    return results.every(({ kept }) => kept) ? 0 : 1;
  } finally {
    clearInterval(timer);
    await cloud.stop();
    await Promise.all(testbeds.map(({ proxy }) => proxy.stop()));
  }
}

/** Deploys the program and injects every fault. @param testbeds filled with one for each fault */
async function measure(
  cloud: EmbeddedCloud,
  chosen: readonly Scenario[],
  testbeds: Testbed[],
  onResult: (sentence: string) => void,
): Promise<Result[]> {
  const regions = DEFAULT_REGIONS.slice(0, chosen.length);
  const deployment = new Deployment(cloud);
  const config = { ...readStackConfig("dev"), "aws:region": regions[0], "onboarding:regions": regions };
  const program = await deployment.up(config);
  const deployed = { cloud, program, receiver: receiverNameOf(prefixOf(deployment.stack)) };
  for (const [index, scenario] of chosen.entries()) testbeds.push(await prepare(deployed, scenario, index));
  cloud.responseBuckets.fault = (response) =>
    testbeds.find(({ region }) => region === response?.StackId.split(":")[3])?.bucketFault?.();
  return Promise.all(
    testbeds.map(async (testbed, index) => {
      const result = await run(testbed, chosen[index] as Scenario);
      onResult(`${result.fault}: ${result.happened}`);
      return result;
    }),
  );
}

/**
 * Makes the testbed of a fault. Its customer has a stack first, so that all the processes that one needs are running: how fast this
 * machine starts many at once is not what is measured.
 */
async function prepare(deployed: DeployedProgram, { changes }: Scenario, index: number): Promise<Testbed> {
  const account = { accountId: String(444_400_000_001 + index), region: DEFAULT_REGIONS[index] ?? "" };
  const { link } = await createLink(deployed.program.onboardingUrl, account);
  const stack = await deployed.cloud.customer(account.accountId).createStack(link);
  await stack.settled();
  await stack.delete();
  await deployed.cloud.notifications.idle();
  return Testbed.create(deployed, account, await changes?.());
}

async function run(testbed: Testbed, { fault, endsProcess = false, run }: Scenario): Promise<Result> {
  const { happened, kept } = await run(testbed)
    .finally(() => testbed.idle())
    .then(
      (sentence) => ({ happened: sentence, kept: true }),
      (error: Error) => ({ happened: `BROKEN: ${error.message}`, kept: false }),
    );
  const { requests } = testbed;
  const inTime = requests.every(
    ({ seconds, respondedInDelivery }) =>
      seconds <= MAX_SECONDS || (endsProcess && respondedInDelivery <= MAX_DELIVERIES),
  );
  return {
    fault,
    happened,
    slowestResponseSeconds: Math.max(...requests.map(({ seconds }) => seconds)),
    deliveries: Math.max(...requests.map(({ deliveries }) => deliveries)),
    promised: endsProcess ? `${MAX_DELIVERIES} deliveries` : `${MAX_SECONDS} s`,
    kept: kept && inTime && requests.length > 0,
  };
}

function table(results: readonly Result[]): string {
  return markdownTable([
    ["Fault", "What happened", "Response after", "Deliveries", "Promised", "Kept"],
    ...results.map((result) => [
      result.fault,
      result.happened,
      `${result.slowestResponseSeconds.toFixed(1)} s`,
      String(result.deliveries),
      result.promised,
      result.kept ? "yes" : "NO",
    ]),
  ]);
}

function print(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
