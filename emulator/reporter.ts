import type { ScenarioResult, Step } from "./customer/scenario.js";
import type { StackOutputs } from "./deploy/deployment.js";

interface FinishedTask {
  readonly task: string;
  readonly seconds: number;
}

const columns = ["link", "role", "phone home", "connected", "new template", "new link", "left"] as const;

const seconds = (value: number) => `${value.toFixed(2)} s`;

/** What `npm start` prints: lines for a person, or one JSON document at the end. */
export class Reporter {
  private readonly tasks: FinishedTask[] = [];
  private outputs: StackOutputs | undefined;

  constructor(private readonly json: boolean) {}

  /**
   * Runs a task and prints how long it took. Every second until then, a line on stderr says that it is still running.
   * @param describe what to say about the result
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

  deployed(outputs: StackOutputs): void {
    this.outputs = outputs;
  }

  step(region: string, { step, seconds: took, detail }: Step): void {
    this.line(`  ${region.padEnd(15)} ${step.padEnd(13)} ${seconds(took).padStart(8)}   ${detail}`);
  }

  /** Prints the table, or the document. @returns whether every step of every customer succeeded */
  finish(results: readonly ScenarioResult[]): boolean {
    const ok = results.every(({ error }) => error === undefined);
    if (this.json) {
      const document = { ok, program: this.outputs, tasks: this.tasks, regions: results };
      process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
      return ok;
    }
    this.line(`\n${"region".padEnd(16)}${columns.map((column) => column.padStart(13)).join("")}   result`);
    for (const { region, steps, error } of results) {
      const cells = columns.map((column) => {
        const step = steps.find((candidate) => candidate.step === column);
        return (step ? seconds(step.seconds) : "-").padStart(13);
      });
      this.line(`${region.padEnd(16)}${cells.join("")}   ${error === undefined ? "ok" : `FAILED: ${error}`}`);
    }
    return ok;
  }

  /** Says what is left running, and how to use it. */
  running(site: string, endpoint: string, stateFile: string): void {
    this.line(`
Onboarding page: ${site}
  "Open AWS console" leads to a local stand-in for CloudFormation's page, so you can click through the whole flow.
API, at the same address:
  curl -X POST -H 'Content-Type: application/json' -d '{"accountId":"222233334444","region":"us-east-1"}' \\
    ${site}/connections
Embedded cloud: ${endpoint} (for any AWS SDK; the access key is the 12-digit ID of an account)
State file: ${stateFile} (everything else is in memory)
Press Ctrl-C to stop.`);
  }

  private line(text: string): void {
    if (!this.json) process.stdout.write(`${text}\n`);
  }
}
