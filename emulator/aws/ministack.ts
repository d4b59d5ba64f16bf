/** The ministack process: the AWS of the vendor and of the customers. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { poll } from "../poll.js";
import { freePort } from "./loopback.js";
import { pythonProgram } from "./python.js";

export interface MinistackOptions {
  /** The account in which the vendor's program is deployed; Lambda functions run in it. */
  readonly vendorAccount: string;
  /** Port on 127.0.0.1. @default a free one */
  readonly port?: number;
  /** The secret access key of every account's root user. @default a random one */
  readonly secretAccessKey?: string;
  /** More environment for ministack, which every function's process inherits. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A secret access key that nobody can guess. */
export function newSecret(): string {
  return randomBytes(30).toString("base64url");
}

export class Ministack {
  private constructor(
    readonly endpoint: string,
    readonly secretAccessKey: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {
    // The last resort when this program ends without stop(): nothing may be left behind.
    process.once("exit", this.endWithThisProcess);
  }

  /** @throws Error with the end of ministack's log when it does not start within 30 s */
  static async start(options: MinistackOptions): Promise<Ministack> {
    const python = pythonProgram("python");
    if (!existsSync(python)) {
      throw new Error(`${python} is missing. Run \`node emulator/prepare.mjs\`, which installs it.`);
    }
    const secretAccessKey = options.secretAccessKey ?? newSecret();
    const port = options.port ?? (await freePort());
    const folder = mkdtempSync(join(tmpdir(), "onboarding-"));
    const logFile = join(folder, "ministack.log");
    const log = openSync(logFile, "a");
    const child = spawn(python, [join(import.meta.dirname, "guard.py")], {
      cwd: folder,
      stdio: ["ignore", log, log],
      // Ctrl-C in a terminal reaches the whole process group. ministack has to outlive it by a moment, so that
      // this program can end it and its workers in order.
      detached: true,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        TMPDIR: folder,
        // Python would keep what it has compiled beside the sources.
        PYTHONDONTWRITEBYTECODE: "1",
        // Without BIND_HOST it listens on every interface.
        BIND_HOST: "127.0.0.1",
        IOT_MTLS_ENABLED: "0",
        AUTH: "true",
        GATEWAY_PORT: String(port),
        MINISTACK_ACCOUNT_ID: options.vendorAccount,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
        ...options.environment,
      },
    });
    const ministack = new Ministack(`http://127.0.0.1:${port}`, secretAccessKey, child, folder);
    try {
      await ministack.ready();
    } catch (error) {
      const tail = readFileSync(logFile, "utf8").trim().split("\n").slice(-15).join("\n");
      await ministack.stop();
      throw new Error(`${(error as Error).message} The end of its log:\n${tail}`);
    }
    return ministack;
  }

  private ready(): Promise<true> {
    const isHealthy = async () => {
      const { exitCode } = this.child;
      if (exitCode !== null) throw new Error(`ministack exited with code ${exitCode} while starting.`);
      const health = await fetch(`${this.endpoint}/_ministack/health`).catch(() => undefined);
      return health?.ok || undefined;
    };
    return poll(isHealthy, {
      timeoutSeconds: 30,
      failure: () => `ministack did not start on ${this.endpoint} within 30 s.`,
    });
  }

  private readonly endWithThisProcess = () => void this.child.kill("SIGTERM");

  /** Ends ministack and its workers, and removes what it wrote. */
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
