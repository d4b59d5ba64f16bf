/** `npm start`: the program in the embedded cloud, and customers who connect, update and leave. */
import { mapConcurrently } from "./concurrency.js";
import { ConsoleStandIn } from "./console/console.js";
import { OnboardingSite } from "./console/onboarding-site.js";
import { CustomerScenario } from "./customer/scenario.js";
import { Deployment, type StackOutputs } from "./deploy/deployment.js";
import { readStackConfig, regionsOf, type StackConfig } from "./deploy/stack-config.js";
import { EmbeddedCloud } from "./embedded-cloud.js";
import { interruption } from "./interruption.js";
import { type Options, readOptions } from "./options.js";
import { Reporter } from "./reporter.js";
import { removeStateFile, STATE_FILE, writeStateFile } from "./state-file.js";

/** How many customers act at once. */
const CUSTOMERS_AT_ONCE = 4;

async function main(): Promise<number> {
  const options = readOptions();
  const config = configure(options);
  const reporter = new Reporter(options.json);
  const interrupted = interruption();
  const cloud = await startCloud(options, config, reporter);
  try {
    const result = await Promise.race([simulate(cloud, config, reporter), interrupted]);
    if (result === "interrupted") return 130;
    if (options.once) return result.ok ? 0 : 1;
    await serve(cloud, result.outputs, reporter, interrupted);
    return 0;
  } finally {
    removeStateFile();
    await cloud.stop();
  }
}

/** The configuration of the stack `dev`, with the regions of the command line. */
function configure({ regions }: Options): StackConfig {
  const config = readStackConfig("dev");
  return regions ? { ...config, "onboarding:regions": regions, "aws:region": regions[0] } : config;
}

function startCloud({ port }: Options, config: StackConfig, reporter: Reporter): Promise<EmbeddedCloud> {
  return reporter.task(
    "Start the embedded cloud",
    () => EmbeddedCloud.start({ regions: regionsOf(config), ...(port !== undefined && { port }) }),
    ({ endpoint }) => endpoint,
  );
}

interface Simulation {
  /** Whether every step of every customer succeeded. */
  readonly ok: boolean;
  readonly outputs: StackOutputs;
}

/** Deploys the program, and takes a customer in each region through everything that customers do. */
async function simulate(cloud: EmbeddedCloud, config: StackConfig, reporter: Reporter): Promise<Simulation> {
  const regions = regionsOf(config);
  const deployment = new Deployment(cloud);
  const outputs = await reporter.task(
    "Deploy the program",
    () => deployment.up(config),
    () => `${deployment.size} resources in ${regions.length} region${regions.length === 1 ? "" : "s"}`,
  );
  reporter.deployed(outputs);
  writeStateFile(cloud, deployment.stack, config, outputs);

  const customers = regions.map(
    (region, index) =>
      new CustomerScenario(cloud, outputs, { region, accountId: String(222_200_000_001 + index) }, (step) =>
        reporter.step(region, step),
      ),
  );
  const forEachCustomer = (name: string, act: (customer: CustomerScenario) => Promise<void>) =>
    reporter.task(name, () => mapConcurrently(customers, CUSTOMERS_AT_ONCE, act));

  await forEachCustomer("Customers connect", (customer) => customer.connect());
  const { templateUrl } = await reporter.task("Deploy a new template", () =>
    deployment.up(nextVersion(config)),
  );
  await forEachCustomer("Customers update", (customer) => customer.update(templateUrl));
  await forEachCustomer("Customers move to a new link", (customer) => customer.moveToNewLink());
  await forEachCustomer("Customers leave", (customer) => customer.leave());
  return { ok: reporter.finish(customers.map(({ result }) => result)), outputs };
}

/** The vendor's next version: the same program, with one more action granted by the customers' roles. */
function nextVersion(config: StackConfig): StackConfig {
  const grants = config["onboarding:grants"] as { readonly actions?: readonly string[] } | undefined;
  const actions = [...(grants?.actions ?? ["ec2:Describe*"]), "tag:GetResources"];
  return { ...config, "onboarding:grants": { ...grants, actions } };
}

/** Leaves the onboarding page and the stand-in for the AWS console running until Ctrl-C. */
async function serve(
  cloud: EmbeddedCloud,
  { onboardingUrl }: StackOutputs,
  reporter: Reporter,
  interrupted: Promise<unknown>,
): Promise<void> {
  const console = await ConsoleStandIn.start(cloud);
  const site = await OnboardingSite.start(onboardingUrl, console);
  reporter.running(site.url, cloud.endpoint, STATE_FILE);
  await interrupted;
  await Promise.all([site.stop(), console.stop()]);
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
