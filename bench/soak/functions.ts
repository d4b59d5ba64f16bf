/** The functions of a soak, deployed in all of its regions. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle, type FunctionName } from "../../components/build/bundle.js";
import { CONFIG_FILE, OPEN_API_FILE, type UrlGeneratorConfig } from "../../functions/url-generator/config.js";
import { HOME_REGION } from "../regions.js";
import { Sandbox } from "./sandbox.js";

interface DeployOptions {
  readonly regions: readonly string[];
  /** The port of the soak's AWS. */
  readonly port: number;
  /** How many processes share the work of the one URL generator. */
  readonly urlGenerators: number;
  /** How the receiver is broken, see worker.cjs. */
  readonly broken: string | undefined;
}

const VENDOR = "111122223333";
const PREFIX = "onboarding-dev";
const TOPICS = 10;

export class Functions {
  readonly urlGenerators: readonly Sandbox[];
  private readonly receivers: ReadonlyMap<string, Sandbox>;
  private readonly topicPolicies: ReadonlyMap<string, Sandbox>;

  private constructor(
    private readonly folder: string,
    { regions, port, urlGenerators, broken }: DeployOptions,
  ) {
    const sandbox = (name: FunctionName, region: string) =>
      new Sandbox({
        file: join(folder, `${name}.cjs`),
        environment: environment(name, region, regions),
        port,
        broken: name === "receiver" ? broken : undefined,
      });
    const inEveryRegion = (name: FunctionName) =>
      new Map(regions.map((region) => [region, sandbox(name, region)]));
    this.urlGenerators = Array.from({ length: urlGenerators }, () => sandbox("url-generator", HOME_REGION));
    this.receivers = inEveryRegion("receiver");
    this.topicPolicies = inEveryRegion("topic-policies");
  }

  static async deploy(options: DeployOptions): Promise<Functions> {
    const folder = mkdtempSync(join(tmpdir(), "onboarding-soak-"));
    for (const name of ["receiver", "topic-policies", "url-generator"] as const) {
      writeFileSync(join(folder, `${name}.cjs`), (await bundle(name)).files["index.js"] ?? "");
    }
    writeFileSync(join(folder, CONFIG_FILE), JSON.stringify(urlGeneratorConfig(options.regions)));
    writeFileSync(join(folder, OPEN_API_FILE), "{}");
    return new Functions(folder, options);
  }

  receiver(region: string): Sandbox {
    return inRegion(this.receivers, region);
  }

  topicPoliciesOf(region: string): Sandbox {
    return inRegion(this.topicPolicies, region);
  }

  /** How often a function was killed. */
  get kills(): number {
    return this.sandboxes.reduce((sum, { kills }) => sum + kills, 0);
  }

  async stop(): Promise<void> {
    await Promise.all(this.sandboxes.map((sandbox) => sandbox.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get sandboxes(): Sandbox[] {
    return [...this.urlGenerators, ...this.receivers.values(), ...this.topicPolicies.values()];
  }
}

function inRegion(sandboxes: ReadonlyMap<string, Sandbox>, region: string): Sandbox {
  const sandbox = sandboxes.get(region);
  if (!sandbox) throw new Error(`Nothing is deployed in ${region}.`);
  return sandbox;
}

function environment(name: FunctionName, region: string, regions: readonly string[]): Record<string, string> {
  const topics = Object.fromEntries(regions.map((served) => [served, TOPICS]));
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    POWERTOOLS_METRICS_NAMESPACE: PREFIX,
    TABLE_NAME: `${PREFIX}-connections`,
    CUSTOMER_ROLE_PATH: "/onboarding/dev/",
    DEAD_LETTER_QUEUE_URL: `https://sqs.${region}.amazonaws.com/${VENDOR}/${PREFIX}-receiver-failed`,
    TOPICS: name === "url-generator" ? JSON.stringify(topics) : String(TOPICS),
    TOPIC_PREFIX: PREFIX,
    TEMPLATE_URL: `https://${PREFIX}.s3.${HOME_REGION}.amazonaws.com/templates/1.json`,
    TRUSTED_ACCOUNT: VENDOR,
  };
}

function urlGeneratorConfig(regions: readonly string[]): UrlGeneratorConfig {
  return {
    regions,
    auth: "iam",
    tenantClaim: "",
    vendorName: "Example",
    linkLifetimeHours: 24,
    pendingLinksPerAccount: 20,
    pendingLinksPerTenant: 1_000_000,
    confirmation: "none",
  };
}
