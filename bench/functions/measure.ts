/** Runs a function in a process of its own, as Lambda does, against a stand-in for AWS in another. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { runPython } from "../../emulator/aws/ministack.js";
import { environment, hosts, REGION } from "./events.js";

const run = promisify(execFile);

/** What {@link Laboratory.time} finds. */
export interface Times {
  /** Processor time, in microseconds. */
  readonly load: number;
  readonly firstEvent: number;
  /** Of the events after the first hundreds, on average. */
  readonly perEvent: number;
  /** From the call of the handler to its end. */
  readonly milliseconds: number;
}

/** A folder, a stand-in for AWS, and ways to measure. */
export class Laboratory {
  private constructor(
    private readonly folder: string,
    private readonly stub: ChildProcess,
    private readonly port: string,
    private readonly plainPort: string,
    /** Whether instructions can be counted here. */
    readonly hasValgrind: boolean,
  ) {}

  static async open(): Promise<Laboratory> {
    const folder = mkdtempSync(join(tmpdir(), "onboarding-bench-"));
    await runPython("certificates.py", folder, ...hosts);
    const file = new URL("./stub.ts", import.meta.url).pathname;
    const stub = spawn(process.execPath, ["--import=tsx", file, folder, REGION], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const [line] = (await once(createInterface(stub.stdout as NodeJS.ReadableStream), "line")) as [string];
    const hasValgrind = await run("valgrind", ["--version"]).then(
      () => true,
      () => false,
    );
    const [port = "", plainPort = ""] = line.split(" ");
    return new Laboratory(folder, stub, port, plainPort, hasValgrind);
  }

  async close(): Promise<void> {
    this.stub.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /**
   * @param transport `plain`: without TLS, to see what is left of the work
   * @param count 0 to load the function only, 1 for the first event, more for the average of as many
   */
  async time(
    file: string,
    event: unknown,
    count: number,
    transport: "tls" | "plain" = "tls",
  ): Promise<Times> {
    const { stdout } = await run(process.execPath, this.arguments(file, event, count), {
      env: { ...this.environment(1), ...(transport === "plain" && { PLAIN_PORT: this.plainPort }) },
      maxBuffer: 1e9,
    });
    return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "{}") as Times;
  }

  /**
   * What a process costs from its beginning to its end: instructions or, where valgrind is missing, microseconds of
   * processor time, the least of five runs.
   */
  async cost(file: string, event: unknown, count: 0 | 1): Promise<number> {
    return this.hasValgrind ? this.instructions(file, event, count) : this.leastTime(file, event, count);
  }

  private async instructions(file: string, event: unknown, count: 0 | 1): Promise<number> {
    const log = join(this.folder, `cachegrind-${Math.random()}`);
    await run(
      "valgrind",
      [
        "--tool=cachegrind",
        "--cache-sim=no",
        "--cachegrind-out-file=/dev/null",
        `--log-file=${log}`,
        process.execPath,
        ...this.arguments(file, event, count),
      ],
      { env: this.environment(100), maxBuffer: 1e9 },
    );
    const refs = /I\s+refs:\s+([\d,]+)/.exec(readFileSync(log, "utf8"))?.[1];
    return Number(refs?.replaceAll(",", ""));
  }

  private async leastTime(file: string, event: unknown, count: 0 | 1): Promise<number> {
    const times: number[] = [];
    for (let repeat = 0; repeat < 5; repeat++) {
      const { load, firstEvent } = await this.time(file, event, 1);
      times.push(load + (count === 0 ? 0 : firstEvent));
    }
    return Math.min(...times);
  }

  private arguments(file: string, event: unknown, count: number): string[] {
    const events = join(this.folder, `events-${count}-${Math.random()}.json`);
    writeFileSync(events, JSON.stringify([event]));
    return [
      `--require=${new URL("./lead-to-stub.cjs", import.meta.url).pathname}`,
      new URL("./drive.cjs", import.meta.url).pathname,
      file,
      events,
      String(count),
    ];
  }

  private environment(slowness: number): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      ...environment,
      STUB_PORT: this.port,
      SLOWNESS: String(slowness),
      NODE_EXTRA_CA_CERTS: join(this.folder, "ca.pem"),
    };
  }
}
