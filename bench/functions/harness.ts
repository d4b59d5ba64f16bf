/** Runs a function in a process of its own, as Lambda does, against a stub of AWS in another. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { variables } from "./events.js";

const run = promisify(execFile);

/** What run-handler.cjs measures. */
export interface Times {
  /** Processor time, in microseconds. */
  readonly load: number;
  readonly firstEvent: number;
  /** The average of the events after the warm-up. */
  readonly perEvent: number;
}

/** What aws-stub.ts prints when it is ready. */
interface Stub {
  /** With TLS. */
  readonly port: number;
  readonly plainPort: number;
  readonly authorityFile: string;
}

interface Workload {
  /** The function's index.js. */
  readonly file: string;
  readonly event: unknown;
  /** 0 to load the function only, 1 for the first event, more for the average of as many. */
  readonly count: number;
  /** `plain`: without TLS, to see what is left of the work. @default "tls" */
  readonly transport?: "tls" | "plain";
}

/** So many events make the average of their times. */
export const WARM_EVENTS = 200;

const PRELOAD = `--require=${new URL("./redirect-to-stub.cjs", import.meta.url).pathname}`;

export class Harness {
  private constructor(
    private readonly folder: string,
    private readonly process: ChildProcess,
    private readonly stub: Stub,
    /** The Node.js that runs the functions. */
    private readonly node: string,
    /** Whether instructions can be counted on this machine. */
    readonly hasValgrind: boolean,
  ) {}

  /** @param node the Node.js that runs the functions */
  static async start(node = process.execPath): Promise<Harness> {
    const folder = mkdtempSync(join(tmpdir(), "onboarding-bench-"));
    const file = new URL("./aws-stub.ts", import.meta.url).pathname;
    const stub = spawn(process.execPath, ["--import=tsx", file], { stdio: ["pipe", "pipe", "inherit"] });
    const [line] = (await once(createInterface(stub.stdout), "line")) as [string];
    const hasValgrind = await run("valgrind", ["--version"]).then(
      () => true,
      () => false,
    );
    return new Harness(folder, stub, JSON.parse(line) as Stub, node, hasValgrind);
  }

  async stop(): Promise<void> {
    const ended = once(this.process, "exit");
    this.process.stdin?.end();
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  async time(workload: Workload): Promise<Times> {
    const plain = workload.transport === "plain" && { PLAIN_PORT: String(this.stub.plainPort) };
    const { stdout } = await run(this.node, this.arguments(workload), {
      env: { ...this.environment(1), ...plain },
      maxBuffer: 1e9,
    });
    return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "{}") as Times;
  }

  /**
   * What a process costs from start to exit: instructions or, without valgrind, microseconds of processor time, the lowest of five
   * runs.
   */
  async cost(file: string, event: unknown, count: 0 | 1): Promise<number> {
    return this.hasValgrind ? this.instructions(file, event, count) : this.lowestTime(file, event, count);
  }

  /** What an event costs in a process that has handled some: instructions or, without valgrind, microseconds of processor time. */
  async warmCost(file: string, event: unknown): Promise<number> {
    if (!this.hasValgrind) return (await this.time({ file, event, count: WARM_EVENTS })).perEvent;
    const [few, many] = [20, 80];
    const [before, after] = await Promise.all(
      [few, many].map((count) => this.instructions(file, event, count)),
    );
    // run-handler.cjs handles a quarter more, to warm up.
    return (Number(after) - Number(before)) / (1.25 * (many - few));
  }

  /**
   * Handles events at once, each in an invocation of its own.
   * @returns when each was done with, in milliseconds since 1970, and how often STS was called
   */
  async together(file: string, events: readonly unknown[]): Promise<{ doneAt: number[]; stsCalls: number }> {
    const eventsFile = join(this.folder, "together.json");
    writeFileSync(eventsFile, JSON.stringify(events));
    const { stdout } = await run(
      this.node,
      [PRELOAD, new URL("./run-together.cjs", import.meta.url).pathname, file, eventsFile],
      { env: this.environment(1), maxBuffer: 1e9 },
    );
    const doneAt = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "[]") as number[];
    const counted = await fetch(`http://127.0.0.1:${this.stub.plainPort}/sts-calls`);
    return { doneAt, stsCalls: (await counted.json()) as number };
  }

  private async instructions(file: string, event: unknown, count: number): Promise<number> {
    const log = join(this.folder, `cachegrind-${Math.random()}`);
    await run(
      "valgrind",
      [
        "--tool=cachegrind",
        "--cache-sim=no",
        "--cachegrind-out-file=/dev/null",
        `--log-file=${log}`,
        this.node,
        ...this.arguments({ file, event, count }),
      ],
      { env: this.environment(100), maxBuffer: 1e9 },
    );
    const refs = /I\s+refs:\s+([\d,]+)/.exec(readFileSync(log, "utf8"))?.[1];
    return Number(refs?.replaceAll(",", ""));
  }

  private async lowestTime(file: string, event: unknown, count: 0 | 1): Promise<number> {
    const times: number[] = [];
    for (let repeat = 0; repeat < 5; repeat++) {
      const { load, firstEvent } = await this.time({ file, event, count: 1 });
      times.push(load + (count === 0 ? 0 : firstEvent));
    }
    return Math.min(...times);
  }

  private arguments({ file, event, count }: Workload): string[] {
    const events = join(this.folder, `events-${count}-${Math.random()}.json`);
    writeFileSync(events, JSON.stringify([event]));
    return [PRELOAD, new URL("./run-handler.cjs", import.meta.url).pathname, file, events, String(count)];
  }

  private environment(slowdown: number): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      ...variables,
      STUB_PORT: String(this.stub.port),
      SLOWDOWN: String(slowdown),
      STUB_AUTHORITY_FILE: this.stub.authorityFile,
    };
  }
}
