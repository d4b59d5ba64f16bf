import type { DeployedProgram, RegionScenario, Step } from "./customer/scenario.js";

interface TaskReport {
  readonly task: string;
  readonly seconds: number;
}

const columns = ["link", "role", "phone home", "connected", "new template", "new link", "left"] as const;

const seconds = (value: number) => `${value.toFixed(2)} s`;

/** Says what happens: lines for a person, or one JSON document at the end. */
export class Reporter {
  private readonly tasks: TaskReport[] = [];
  private deployed: DeployedProgram | undefined;

  constructor(private readonly json: boolean) {}

  /**
   * Runs a task and says how long it took. Where it takes longer than a second, a line on stderr says each second
   * that it still goes on.
   * @param describe what there is to say of the result
   */
  async task<T>(name: string, run: () => Promise<T>, describe?: (result: T) => string): Promise<T> {
    const started = Date.now();
    const elapsed = () => (Date.now() - started) / 1000;
    const timer = setInterval(() => process.stderr.write(`  … ${name}: ${Math.round(elapsed())} s\n`), 1000);
    try {
      const result = await run();
      this.tasks.push({ task: name, seconds: elapsed() });
      this.line(`${name.padEnd(30)} ${seconds(elapsed()).padStart(8)}   ${describe?.(result) ?? ""}`);
      return result;
    } finally {
      clearInterval(timer);
    }
  }

  program(deployed: DeployedProgram): void {
    this.deployed = deployed;
  }

  step(region: string, { step, seconds: took, detail }: Step): void {
    this.line(`  ${region.padEnd(15)} ${step.padEnd(13)} ${seconds(took).padStart(8)}   ${detail}`);
  }

  /** Prints the table, or the document. @returns whether every customer's every step succeeded */
  finish(stories: readonly RegionScenario[]): boolean {
    const ok = stories.every(({ error }) => error === undefined);
    if (this.json) {
      const document = { ok, program: this.deployed, tasks: this.tasks, regions: stories };
      process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
      return ok;
    }
    this.line(`\n${"region".padEnd(16)}${columns.map((column) => column.padStart(13)).join("")}   result`);
    for (const { region, steps, error } of stories) {
      const cells = columns.map((column) => {
        const step = steps.find((candidate) => candidate.step === column);
        return (step ? seconds(step.seconds) : "-").padStart(13);
      });
      this.line(`${region.padEnd(16)}${cells.join("")}   ${error === undefined ? "ok" : `FAILED: ${error}`}`);
    }
    return ok;
  }

  /** Says what is left running and how to use it. */
  running(site: string, endpoint: string, stateFile: string): void {
    this.line(`
The onboarding page: ${site}
  "Open AWS console" leads to a local stand-in for CloudFormation's page: the whole flow can be clicked through.
The API, at the same address:
  curl -X POST -H 'Content-Type: application/json' -d '{"accountId":"222233334444","region":"us-east-1"}' \\
    ${site}/connections
The embedded cloud: ${endpoint} (any AWS SDK; the access key is the account's twelve digits)
Its addresses are in ${stateFile}; everything else is in memory. Press Ctrl-C to end it.`);
  }

  private line(text: string): void {
    if (!this.json) process.stdout.write(`${text}\n`);
  }
}
