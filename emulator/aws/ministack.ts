/**
 * The ministack process: the AWS that plays both the vendor's account and the customers'.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectFolder } from "../paths.js";

const windows = process.platform === "win32";
const binaries = join(projectFolder, ".onboarding", "python", windows ? "Scripts" : "bin");

export interface MinistackOptions {
  /** The account in which the vendor's program is deployed; Lambda functions run in it. */
  readonly vendorAccount: string;
  /** Port on 127.0.0.1; a free one where it is left out. */
  readonly port?: number;
  /** Environment of the ministack process, which every function's process inherits. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A free TCP port on the loopback interface. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Runs a Python script of emulator/aws/ in the virtual environment and resolves with what it printed. */
export async function runPython(script: string, ...args: string[]): Promise<string> {
  const python = join(binaries, windows ? "python.exe" : "python");
  const { stdout } = await promisify(execFile)(python, [
    join(projectFolder, "emulator", "aws", script),
    ...args,
  ]);
  return stdout;
}

export class Ministack {
  private constructor(
    readonly endpoint: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {
    // The last resort when this program ends without stop(): nothing may stay behind.
    process.once("exit", this.endWithThisProcess);
  }

  /** @throws Error with the end of ministack's log, when it does not answer within 30 s. */
  static async start(options: MinistackOptions): Promise<Ministack> {
    const executable = join(binaries, windows ? "ministack.exe" : "ministack");
    if (!existsSync(executable)) {
      throw new Error(`${executable} is missing. Run \`node emulator/prepare.mjs\`, which installs it.`);
    }
    const port = options.port ?? (await freePort());
    const folder = mkdtempSync(join(tmpdir(), "onboarding-"));
    const logFile = join(folder, "ministack.log");
    const log = openSync(logFile, "a");
    const child = spawn(executable, [], {
      cwd: folder,
      stdio: ["ignore", log, log],
      // A Ctrl-C in the terminal reaches the whole process group. ministack must outlive it by a moment, so that
      // this program can end it and its workers in order.
      detached: true,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        TMPDIR: folder,
        // Without BIND_HOST it listens on every interface.
        BIND_HOST: "127.0.0.1",
        IOT_MTLS_ENABLED: "0",
        AUTH: "true",
        GATEWAY_PORT: String(port),
        MINISTACK_ACCOUNT_ID: options.vendorAccount,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
        ...options.environment,
      },
    });
    const ministack = new Ministack(`http://127.0.0.1:${port}`, child, folder);
    try {
      await ministack.untilReady();
    } catch (error) {
      const tail = readFileSync(logFile, "utf8").trim().split("\n").slice(-15).join("\n");
      await ministack.stop();
      throw new Error(`${(error as Error).message}. The end of its log:\n${tail}`);
    }
    return ministack;
  }

  private async untilReady(): Promise<void> {
    const deadline = Date.now() + 30_000;
    while (Date.now() < deadline) {
      if (this.child.exitCode !== null) {
        throw new Error(
          `The embedded cloud (ministack) ended with code ${this.child.exitCode} while it started`,
        );
      }
      const ready = await fetch(`${this.endpoint}/_ministack/health`).then(
        (response) => response.ok,
        () => false,
      );
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`The embedded cloud (ministack) did not answer on ${this.endpoint} within 30 s`);
  }

  private readonly endWithThisProcess = () => void this.child.kill("SIGTERM");

  /** ministack's own log: what AWS would not show, for a developer who looks for a fault. */
  get logFile(): string {
    return join(this.folder, "ministack.log");
  }

  /** Ends ministack and its workers and removes what it wrote. */
  async stop(): Promise<void> {
    process.off("exit", this.endWithThisProcess);
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = new Promise((resolve) => this.child.once("exit", resolve));
      this.child.kill("SIGTERM");
      const timer = setTimeout(() => this.child.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(timer);
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
