/** `npm start`, as a developer uses it: with each way of calling the API, several at once, and ended in every way. */
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { run as runCommand } from "../../../client/cli/program.js";
import { projectFolder } from "../../../emulator/paths.js";
import { poll } from "../../../emulator/poll.js";

const RUNS = join(projectFolder, ".onboarding", "runs");

/** A running `npm start` and what it has printed. */
class Run {
  out = "";
  error = "";
  readonly ended: Promise<number | string | null>;

  constructor(readonly child: ChildProcess) {
    child.stdout?.on("data", (data) => (this.out += data));
    child.stderr?.on("data", (data) => (this.error += data));
    this.ended = new Promise((resolve) => child.once("close", (code, signal) => resolve(code ?? signal)));
  }

  static start(...args: string[]): Run {
    return new Run(spawn(process.execPath, ["emulator/start.mjs", ...args], { cwd: projectFolder }));
  }

  /** Waits until something has been printed. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    return poll(() => pattern.exec(this.out) ?? undefined, {
      timeoutSeconds: 150,
      failure: () => `${pattern} is not in:\n${this.out}\n${this.error}`,
    });
  }

  get stateFile(): string {
    return join(RUNS, `${this.child.pid}.json`);
  }
}

/** Whether anything answers at an address. */
const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );
const untilGone = (url: string) =>
  poll(async () => !(await answers(url)) || undefined, {
    timeoutSeconds: 15,
    failure: () => `${url} still answers.`,
  });

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

describe("npm start", function () {
  this.timeout(240_000);
  const runs: Run[] = [];
  const start = (...args: string[]) => {
    const run = Run.start(...args);
    runs.push(run);
    return run;
  };

  after(() => {
    for (const { child } of runs) child.kill("SIGKILL");
  });

  describe("for each way of calling the API, side by side", () => {
    const auths = ["iam", "jwt", "none"] as const;
    const running = new Map<string, Run>();
    const addresses = new Map<string, string>();

    before(async () => {
      for (const auth of auths) running.set(auth, start("--auth", auth, "--regions", "eu-west-1"));
      for (const [auth, run] of running) {
        const [, url = ""] = await run.prints(/^(?:Onboarding page|API): (http:\S+)\n$/m);
        addresses.set(auth, url);
      }
    });

    for (const auth of auths) {
      it(`${auth}: plays a customer, and prints a curl line that makes a link`, async () => {
        const run = running.get(auth);
        for (const customer of ["eu-west-1", "AWS CLI", "own role"])
          assert.match(run?.out ?? "", new RegExp(`^${customer} .* ok$`, "m"));
        const [, command = ""] = /^Ask for a link\n((?: .*\n)+)/m.exec(run?.out ?? "") ?? [];
        const { stdout } = await promisify(execFile)("sh", ["-c", command], { cwd: projectFolder });
        const created = JSON.parse(stdout);
        assert.equal(created.accountId, "222233334444", stdout);
        assert.match(created.link, /^http:\/\/127\.0\.0\.1:\d+\/\?account=222233334444&link=/);
      });
    }

    it("prints no line of more than 100 columns, each warning once, and no stack trace", () => {
      for (const { out, error } of running.values()) {
        const printed = `${out}${error}`;
        for (const line of printed.split("\n")) assert.ok(line.length <= 100, line);
        assert.doesNotMatch(printed, /^\s+at |NodeVersionSupportWarning|ExperimentalWarning/m);
        assert.ok(!printed.includes("\u001b"), "no colour where nobody sees it");
      }
      assert.equal(running.get("none")?.error.match(/^Warning: onboarding:auth is none/gm)?.length, 1);
    });

    it("signs the page's visitors in where the page needs a token, and only for this machine's page", async () => {
      const url = addresses.get("jwt");
      assert.match(await (await fetch(`${url}/`)).text(), new RegExp(`"loginUrl":"${url}/local-sign-in"`));
      const { headers } = await fetch(`${url}/local-sign-in?state=s-1`, { redirect: "manual" });
      const answer = new URLSearchParams(headers.get("location")?.split("#")[1]);
      assert.equal(answer.get("state"), "s-1");
      const regions = await fetch(`${url}/regions`, {
        headers: { Authorization: `Bearer ${answer.get("token")}` },
      });
      assert.equal(regions.status, 200);
      assert.equal((await fetch(`${url}/regions`)).status, 401);
    });

    it("keeps what can be found out about each run, for its owner only", async () => {
      for (const run of running.values()) {
        const { pid, endpoint, secretAccessKey } = JSON.parse(readFileSync(run.stateFile, "utf8"));
        assert.equal(pid, run.child.pid);
        for (const value of [`AWS_ENDPOINT_URL=${endpoint}`, `AWS_SECRET_ACCESS_KEY=${secretAccessKey}`]) {
          assert.ok(new RegExp(` ${value}\\s`).test(run.out), value);
        }
      }
      let out = "";
      const terminal = { out: (text: string) => (out += text), error: (text: string) => (out += text) };
      const state = running.get("jwt")?.stateFile ?? "";
      assert.equal(await runCommand(["list", "--state", state], terminal), 0, out);
      assert.match(out, /222233334444 +some-tenant/);
      out = "";
      // The newest one.
      assert.equal(await runCommand(["list", "--local", "--account", "222233334444"], terminal), 0, out);
      assert.match(out, /222233334444/);
    });

    it("is not cleaned away while it runs", async () => {
      const clean = promisify(execFile)(process.execPath, ["emulator/clean.mjs"], { cwd: projectFolder });
      await assert.rejects(clean, ({ code, stderr }: { code: number; stderr: string }) => {
        assert.equal(code, 1);
        assert.match(stderr, /^Nothing was removed: npm start is running \(process \d+\)\. Stop it first/);
        return true;
      });
      assert.ok(existsSync(join(projectFolder, ".onboarding", "python")));
    });

    it("ends at a signal with everything that it started, and leaves nothing behind", async () => {
      for (const [auth, { child }] of running) child.kill(auth === "iam" ? "SIGINT" : "SIGTERM");
      for (const [auth, run] of running) {
        assert.equal(await run.ended, 0, run.error);
        assert.ok(!(await answers(addresses.get(auth) ?? "")));
        assert.deepEqual(
          readdirSync(RUNS).filter((name) => name.startsWith(`${run.child.pid}.`)),
          [],
        );
      }
    });
  });

  it("ends with npm: at a signal to npm's process, and when that is killed", async () => {
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      const npm = new Run(
        spawn("npm", ["start", "--", "--auth", "none", "--regions", "eu-west-1"], { cwd: projectFolder }),
      );
      runs.push(npm);
      const [, endpoint = ""] = await npm.prints(/^Embedded cloud .* (http:\S+)$/m);
      assert.ok(await answers(`${endpoint}/_ministack/health`));
      npm.child.kill(signal);
      await untilGone(`${endpoint}/_ministack/health`);
    }
  });

  it("ends without a word at Ctrl-C, whatever it was doing", async () => {
    for (const moment of [/^/, /^Embedded cloud /m, /^Deployment /m, / link /m, / connected /m]) {
      const run = start("--auth", "none", "--regions", "eu-west-1");
      await run.prints(moment);
      if (moment.source === "^") await new Promise((resolve) => setTimeout(resolve, 600));
      run.child.kill("SIGINT");
      const ended = await run.ended;
      // Before the first line of the program runs, Node itself ends at the signal.
      assert.ok(ended === 130 || ended === "SIGINT", `${ended} ${run.error}`);
      const progress = /^(Warning: .*\n.*| {2}\S.* … \d+ s)\n/gm;
      assert.equal(run.error.replace(progress, ""), "", `${moment}`);
    }
  });

  it("says in one sentence what the program itself refuses", async () => {
    const run = start("--once", "--regions", "cn-north-1");
    assert.equal(await run.ended, 1);
    assert.match(run.error, /^aws:region is "cn-north-1", which is not enabled in account \d{12}: .*\n$/);
    await untilGone(/(http:\S+)$/m.exec(run.out)?.[1] ?? "");
  });

  it("serves cloud, page and console on fixed ports, and says so if one is taken", async () => {
    const run = start("--auth", "none", "--regions", "eu-west-1", "--port", "14571");
    const [, endpoint] = await run.prints(/^Embedded cloud .* (http:\S+)$/m);
    assert.equal(endpoint, "http://127.0.0.1:14571");
    const other = start("--auth", "none", "--regions", "eu-west-1", "--port", "14569");
    assert.equal(await other.ended, 1);
    assert.match(other.error, /^Port 14571 on 127\.0\.0\.1 is not available/);
    await run.prints(/^Onboarding page: http:\/\/127\.0\.0\.1:14572\n$/m);
    run.child.kill("SIGINT");
    assert.equal(await run.ended, 0, run.error);
  });
});
