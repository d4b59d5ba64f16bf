/** The functions of a soak, deployed in all of its regions. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FunctionName, functionNames } from "../../components/build/bundle.js";
import { bundle } from "../../components/build/bundle-sources.js";
import { CONFIG_FILE, OPEN_API_FILE } from "../../functions/url-generator/config.js";
import { environment, urlGeneratorConfig } from "../deployed.js";
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

const TOPICS = 10;

export class Functions {
  readonly urlGenerators: readonly Sandbox[];
  private readonly receivers: ReadonlyMap<string, Sandbox>;
  private readonly changes: ReadonlyMap<string, Sandbox>;
  private readonly topicPolicies: ReadonlyMap<string, Sandbox>;
  private readonly health: ReadonlyMap<string, Sandbox>;

  private constructor(
    private readonly folder: string,
    { regions, port, urlGenerators, broken }: DeployOptions,
  ) {
    const topics = Object.fromEntries(regions.map((region) => [region, TOPICS]));
    const sandbox = (name: FunctionName, region: string) =>
      new Sandbox({
        file: join(folder, `${name}.cjs`),
        environment: environment(region, name === "url-generator" ? topics : TOPICS),
        port,
        broken: name === "receiver" ? broken : undefined,
      });
    const inEveryRegion = (name: FunctionName) =>
      new Map(regions.map((region) => [region, sandbox(name, region)]));
    this.urlGenerators = Array.from({ length: urlGenerators }, () => sandbox("url-generator", HOME_REGION));
    this.receivers = inEveryRegion("receiver");
    this.changes = inEveryRegion("changes");
    this.topicPolicies = inEveryRegion("topic-policies");
    this.health = inEveryRegion("health");
  }

  static async deploy(options: DeployOptions): Promise<Functions> {
    const folder = mkdtempSync(join(tmpdir(), "onboarding-soak-"));
    for (const name of functionNames) {
      writeFileSync(join(folder, `${name}.cjs`), (await bundle(name)).files["index.js"] ?? "");
    }
    writeFileSync(join(folder, CONFIG_FILE), JSON.stringify(urlGeneratorConfig(options.regions)));
    writeFileSync(join(folder, OPEN_API_FILE), "{}");
    return new Functions(folder, options);
  }

  receiver(region: string): Sandbox {
    return inRegion(this.receivers, region);
  }

  changesOf(region: string): Sandbox {
    return inRegion(this.changes, region);
  }

  topicPoliciesOf(region: string): Sandbox {
    return inRegion(this.topicPolicies, region);
  }

  healthOf(region: string): Sandbox {
    return inRegion(this.health, region);
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
    const regional = [this.receivers, this.changes, this.topicPolicies, this.health];
    return [...this.urlGenerators, ...regional.flatMap((sandboxes) => [...sandboxes.values()])];
  }
}

function inRegion(sandboxes: ReadonlyMap<string, Sandbox>, region: string): Sandbox {
  const sandbox = sandboxes.get(region);
  if (!sandbox) throw new Error(`Nothing is deployed in ${region}.`);
  return sandbox;
}
