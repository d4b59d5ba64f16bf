/** The program in the embedded cloud, and customers who connect, update and leave. start.mjs reads the command line. */
import { takesOrganizations } from "../components/config/regions.js";
import { type Access, accessTo } from "./access.js";
import { freePort } from "./aws/loopback.js";
import { mapConcurrently } from "./concurrency.js";
import { ConsoleStandIn } from "./console/console.js";
import { OnboardingSite } from "./console/onboarding-site.js";
import { OrganizationScenario } from "./customer/organization-scenario.js";
import { CliScenario, hasCli, OwnRoleScenario } from "./customer/other-ways.js";
import { ConsoleScenario, type Scenario, type ScenarioAccount } from "./customer/scenario.js";
import { Deployment } from "./deploy/deployment.js";
import { readStackConfig, regionsOf, type StackConfig } from "./deploy/stack-config.js";
import { EmbeddedCloud } from "./embedded-cloud.js";
import { interruption } from "./interruption.js";
import { Reporter } from "./reporter.js";
import { beginRun, runFile, writeState } from "./state-file.js";

/** The command line of `npm start`. */
export interface Options {
  readonly once: boolean;
  readonly json: boolean;
  /** Instead of the configuration's. */
  readonly auth: string | undefined;
  /** The first is the home region. */
  readonly regions: readonly string[] | undefined;
  /** The first of three, all of them on 127.0.0.1: the embedded cloud's, the page's and the console's. */
  readonly port: number | undefined;
}

/** How many customers act at once. */
const CUSTOMERS_AT_ONCE = 4;

/** What has to be stopped in the end, the last one first. */
type Stoppable = { stop(): Promise<void> };

/** @returns the exit code */
export async function start(options: Options): Promise<number> {
  const interrupted = interruption();
  const running: Stoppable[] = [];
  const stopAll = async () => {
    for (const one of running.splice(0).reverse()) await one.stop();
  };
  try {
    beginRun();
    const work = run(options, running);
    const result = await Promise.race([work, interrupted]);
    if (result === "interrupted") {
      await Promise.allSettled([settledSoon(work), stopAll()]);
      return 130;
    }
    if (options.once) return result.ok ? 0 : 1;
    await interrupted;
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  } finally {
    await stopAll();
  }
}

/** Work that was broken off fails soon, when what it uses has been stopped. */
async function settledSoon(work: Promise<unknown>): Promise<void> {
  await Promise.race([work, new Promise((resolve) => setTimeout(resolve, 2000))]).catch(() => undefined);
}

async function run(options: Options, running: Stoppable[]): Promise<Outcome> {
  const { port, once } = options;
  const [cloudPort, sitePort, consolePort] = await Promise.all(
    [0, 1, 2].map((index) => (port === undefined ? undefined : freePort(port + index))),
  );
  const reporter = new Reporter(options.json);
  const started = <One extends Stoppable>(one: One): One => {
    running.push(one);
    return one;
  };
  const access = started(await accessTo(configure(options)));
  const { config, environment } = access;
  const cloud = await reporter.task(
    "Embedded cloud",
    async () =>
      started(
        await EmbeddedCloud.start({
          regions: regionsOf(config),
          environment,
          ...(cloudPort !== undefined && { port: cloudPort }),
        }),
      ),
    ({ endpoint }) => endpoint,
  );
  const deployment = new Deployment(cloud);
  const regions = regionsOf(config);
  const outputs = await reporter.task(
    "Deployment",
    () => deployment.up(config),
    () => `${deployment.size} resources in ${regions.length} region${regions.length === 1 ? "" : "s"}`,
  );
  reporter.deployed(outputs);
  writeState(cloud, deployment.stack, config, outputs);
  const console = started(await ConsoleStandIn.start(cloud, consolePort));
  const site = started(await OnboardingSite.start(outputs.onboardingUrl, console, sitePort, access.signIn));

  const ok = reporter.finish(await simulate(deployment, cloud, access, reporter));
  if (!once) sayHow(site, cloud, access, reporter);
  return { ok };
}

type ScenarioArgs = ConstructorParameters<typeof ConsoleScenario>;

interface Outcome {
  /** Whether every step of every customer succeeded. */
  readonly ok: boolean;
}

/** The configuration of the stack `dev`, with what the command line changes. */
function configure({ regions, auth }: Options): StackConfig {
  const config = readStackConfig("dev");
  return {
    ...config,
    ...(auth !== undefined && { "onboarding:auth": auth }),
    ...(regions && { "onboarding:regions": regions, "aws:region": regions[0] }),
  };
}

/**
 * Takes a customer in each region through everything that customers do, two in the home region who connect in other ways, and an organization
 * in the first region that takes one.
 */
async function simulate(deployment: Deployment, cloud: EmbeddedCloud, access: Access, reporter: Reporter) {
  const { config } = access;
  const caller = access.caller(cloud);
  let accounts = 222_200_000_000;
  const customer = <Way extends Scenario>(Way: new (...args: ScenarioArgs) => Way, region: string) => {
    accounts += 1;
    const account: ScenarioAccount = { region, accountId: String(accounts), caller };
    return new Way(cloud, deployment.outputs, account, (name, step) => reporter.step(name, step));
  };
  const regions = regionsOf(config);
  const inConsole = regions.map((region) => customer(ConsoleScenario, region));
  const [home = ""] = regions;
  const others = [...(hasCli ? [customer(CliScenario, home)] : []), customer(OwnRoleScenario, home)];
  const all: Scenario[] = [...inConsole, ...others];
  const forEach = <Customer>(
    name: string,
    customers: readonly Customer[],
    act: (customer: Customer) => Promise<void>,
  ) => reporter.section(name, () => mapConcurrently(customers, CUSTOMERS_AT_ONCE, act));

  await forEach("Customers connect", inConsole, (one) => one.connect());
  // When the functions have started: a stack that is not there when the AWS CLI first looks costs it another half a minute.
  await forEach("Customers connect without the console", others, (one) => one.connect());
  await reporter.section("The vendor deploys a new template, and customers update", async () => {
    const { templateUrl } = await deployment.up(nextVersion(config));
    await mapConcurrently(inConsole, CUSTOMERS_AT_ONCE, (one) => one.update(templateUrl));
  });
  await forEach("Customers move to a new link", inConsole, (one) => one.moveToNewLink());
  await forEach("Customers leave", all, (one) => one.leave());
  const organizations = regions.filter(takesOrganizations).slice(0, 1);
  if (config["onboarding:organizations"] === false || organizations.length === 0) {
    return all.map(({ result }) => result);
  }
  const organization = customer(OrganizationScenario, organizations[0] ?? "");
  await reporter.section("An organization of five accounts connects with one stack, and leaves", async () => {
    await organization.connect();
    await organization.leave();
  });
  return [...all, organization].map(({ result }) => result);
}

/** The vendor's next version: the same program, with one more action granted by the customers' roles. */
function nextVersion(config: StackConfig): StackConfig {
  const grants = config["onboarding:grants"] as { readonly actions?: readonly string[] } | undefined;
  const actions = [...(grants?.actions ?? ["ec2:Describe*"]), "tag:GetResources"];
  return { ...config, "onboarding:grants": { ...grants, actions } };
}

/** Says what is left running, and how to use it. */
function sayHow(site: OnboardingSite, cloud: EmbeddedCloud, access: Access, reporter: Reporter): void {
  const region = String(access.config["aws:region"]);
  const body = JSON.stringify({ accountId: "222233334444", region });
  const { accessKeyId, secretAccessKey } = cloud.vendor.options(region).credentials;
  const curl = [
    ...access.curl(cloud),
    `-H 'Content-Type: application/json' -d '${body}'`,
    `${site.url}/connections`,
  ];
  reporter.running(
    [
      [
        "Ask for a link",
        ...["curl", ...curl].map(
          (line, index) => `${index > 0 ? "  " : ""}${line}${index < curl.length ? " \\" : ""}`,
        ),
      ],
      [
        "Look after connections",
        "npm run onboarding -- list --local",
        "npm run onboarding -- why --local <account ID>",
      ],
      [
        "Use the embedded cloud with any AWS SDK, or the AWS CLI",
        `export AWS_ENDPOINT_URL=${cloud.endpoint} AWS_REGION=${region}`,
        `export AWS_ACCESS_KEY_ID=${accessKeyId}`,
        `export AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
      ],
      [
        "Stop",
        "Ctrl-C; everything is in memory and gone then.",
        `Until then, this run's addresses are in ${runFile("json")}.`,
      ],
    ],
    access.hasPage ? ["Onboarding page", site.url] : ["API", site.url],
  );
}
