import { styleText } from "node:util";
import { hasColours, WIDTH } from "../client/cli/terminal.js";
import type { ScenarioResult, Step } from "./customer/scenario.js";
import type { StackOutputs } from "./deploy/deployment.js";
import { Progress } from "./progress.js";

interface FinishedTask {
  readonly task: string;
  readonly seconds: number;
}

type Style = Parameters<typeof styleText>[0];

const STEPS = ["link", "role", "phone home", "connected", "updated", "moved", "left"] as const;

const seconds = (value: number) => `${value.toFixed(2)} s`;

/** What `npm start` prints: lines for a person, or one JSON document at the end. */
export class Reporter {
  private readonly tasks: FinishedTask[] = [];
  private readonly warnings = new Set<string>();
  private readonly progress = new Progress(process.stderr);
  private outputs: StackOutputs | undefined;

  constructor(private readonly json: boolean) {
    // Pulumi's runtime prints the program's warnings in each run of the program.
    console.warn = (warning: unknown) => this.warn(String(warning));
  }

  /** Runs a task, and prints how long it took and what came of it. */
  async task<T>(name: string, run: () => Promise<T>, describe?: (result: T) => string): Promise<T> {
    const result = await this.timed(name, run);
    const took = seconds(this.tasks.at(-1)?.seconds ?? 0).padStart(8);
    this.line(`${name.padEnd(28)} ${took}   ${describe?.(result) ?? ""}`);
    return result;
  }

  /** Runs a task whose steps are printed below its name. */
  section<T>(name: string, run: () => Promise<T>): Promise<T> {
    this.line("");
    this.line(name, "bold");
    return this.timed(name, run);
  }

  step(customer: string, { step, seconds: took, detail }: Step): void {
    this.line(`  ${customer.padEnd(15)} ${step.padEnd(11)} ${seconds(took).padStart(8)}   ${detail}`);
  }

  deployed(outputs: StackOutputs): void {
    this.outputs = outputs;
  }

  /** Prints the table, or the document. @returns whether every step of every customer succeeded */
  finish(results: readonly ScenarioResult[]): boolean {
    const ok = results.every(({ error }) => error === undefined);
    if (this.json) {
      const document = { ok, program: this.outputs, tasks: this.tasks, customers: results };
      process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
      return ok;
    }
    this.line("");
    this.line(`${"Customer".padEnd(15)}${STEPS.map((step) => step.padStart(11)).join("")}  result`, "bold");
    for (const { customer, steps, error } of results) {
      const cells = STEPS.map((name) => {
        const step = steps.find((candidate) => candidate.step === name);
        return (step ? seconds(step.seconds) : "-").padStart(11);
      });
      this.line(`${customer.padEnd(15)}${cells.join("")}  ${error === undefined ? "ok" : "FAILED"}`);
      // A whole sentence: it says what to do.
      if (error !== undefined) this.paragraph(`  ${error}`, "red");
    }
    return ok;
  }

  /** Prints blocks of lines, each with a heading, and last of all an address. */
  running(
    blocks: readonly (readonly [heading: string, ...lines: string[]])[],
    address: readonly [name: string, url: string],
  ): void {
    for (const [heading, ...lines] of blocks) {
      this.line("");
      this.line(heading, "bold");
      for (const line of lines) this.line(`  ${line}`);
    }
    const [name, url] = address;
    this.line("");
    if (!this.json) process.stdout.write(`${name}: ${styled(["bold", "green"], url)}\n`);
  }

  private async timed<T>(name: string, run: () => Promise<T>): Promise<T> {
    const started = Date.now();
    const result = await this.progress.during(name, run);
    this.tasks.push({ task: name, seconds: (Date.now() - started) / 1000 });
    return result;
  }

  /** Each warning once, however often it is given. */
  private warn(warning: string): void {
    const sentence = warning.replace(/^warning: (\[\w+\] )?/, "");
    if (this.warnings.has(sentence)) return;
    this.warnings.add(sentence);
    this.paragraph(`Warning: ${sentence}`, "yellow", process.stderr);
  }

  private paragraph(text: string, style: Style, stream: NodeJS.WriteStream = process.stdout): void {
    if (this.json && stream === process.stdout) return;
    this.progress.hide();
    for (const line of wrap(text)) stream.write(`${styled(style, line, stream)}\n`);
  }

  private line(text: string, style?: Style): void {
    if (this.json) return;
    this.progress.hide();
    const line = text.length > WIDTH ? `${text.slice(0, WIDTH - 1)}…` : text.trimEnd();
    process.stdout.write(`${style ? styled(style, line) : line}\n`);
  }
}

function styled(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return hasColours(stream) ? styleText(style, text, { validateStream: false }) : text;
}

/** Breaks a text into lines of at most WIDTH characters. */
function wrap(text: string): string[] {
  const [indent = ""] = /^ */.exec(text) ?? [];
  const lines = [indent];
  for (const word of text.trim().split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== indent && line.length + 1 + word.length > WIDTH) lines.push(indent + word);
    else lines[lines.length - 1] = line === indent ? line + word : `${line} ${word}`;
  }
  return lines;
}
