/** A deployed function in one region, as Lambda runs it: started when it is first needed, and again after it was killed. */
import { Worker } from "node:worker_threads";

export interface SandboxOptions {
  /** Its index.js. */
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The port of the soak's AWS. */
  readonly port: number;
  /** How the function is broken, see worker.cjs. */
  readonly broken?: string | undefined;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Message {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

export interface Limits {
  readonly killAfter?: number | undefined;
  /** What Lambda says is left. */
  readonly milliseconds?: number;
}

export class Sandbox {
  kills = 0;
  private worker: Worker | undefined;
  private waiting = new Map<number, Waiting>();
  private invocations = 0;

  constructor(private readonly options: SandboxOptions) {}

  /**
   * @param limits `killAfter`: when the function is killed in the middle of its work, in milliseconds, together with every other event that
   *   it is handling: Lambda would give each event a process of its own
   * @throws Error if the function threw or was killed
   */
  invoke(event: unknown, { killAfter, milliseconds = 90_000 }: Limits = {}): Promise<unknown> {
    const worker = this.running();
    const id = ++this.invocations;
    if (killAfter !== undefined) setTimeout(() => this.kill(worker), killAfter);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ id, event, milliseconds });
    });
  }

  async stop(): Promise<void> {
    await this.worker?.terminate();
  }

  private kill(worker: Worker): void {
    if (worker !== this.worker) return;
    this.kills += 1;
    this.worker = undefined;
    const lost = this.waiting;
    this.waiting = new Map();
    void worker.terminate();
    for (const { reject } of lost.values()) reject(new Error("The function was killed."));
  }

  private running(): Worker {
    if (this.worker) return this.worker;
    const { file, environment, port, broken } = this.options;
    const worker = new Worker(new URL("./worker.cjs", import.meta.url), {
      workerData: { file, port, broken },
      env: {
        ...environment,
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      },
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    // What they log is counted here.
    worker.stdout.resume();
    worker.stderr.resume();
    worker.on("error", (error) => {
      for (const { reject } of this.waiting.values()) reject(error as Error);
      this.waiting.clear();
      this.worker = undefined;
    });
    worker.on("message", ({ id, result, error }: Message) => {
      const waiting = this.waiting.get(id);
      this.waiting.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error));
    });
    this.worker = worker;
    return worker;
  }
}
