/** Which of several running embedded clouds the commands work on. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newestRun } from "../../../../client/cli/local-runs.js";

/** No process has it: it is more than any system gives out. */
const NOBODY = 2 ** 30;

describe("--local", () => {
  const project = process.cwd();
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "local-runs-"));
    process.chdir(folder);
  });

  afterEach(() => {
    process.chdir(project);
    rmSync(folder, { recursive: true });
  });

  const run = (name: string, state: Readonly<Record<string, unknown>>) => {
    mkdirSync(".onboarding/runs", { recursive: true });
    writeFileSync(
      `.onboarding/runs/${name}.json`,
      JSON.stringify({ endpoint: "http://127.0.0.1:1", ...state }),
    );
  };

  it("is the run that was started last, of those that are still running", () => {
    run("1", { pid: process.pid, startedAt: "2026-01-02T00:00:00.000Z" });
    run("2", { pid: process.pid, startedAt: "2026-01-01T00:00:00.000Z" });
    run("3", { pid: NOBODY, startedAt: "2026-01-03T00:00:00.000Z" });
    run("4", { pid: process.pid, startedAt: "2026-01-04T00:00:00.000Z", endpoint: undefined });
    assert.equal(newestRun(), join(".onboarding/runs", "1.json"));
  });

  it("says that none is running, or that one is not ready", () => {
    const none = /^Error: No embedded cloud is running: start one with npm start/;
    assert.throws(newestRun, none);
    run("1", { pid: NOBODY, startedAt: "2026-01-03T00:00:00.000Z" });
    assert.throws(newestRun, none);
    run("2", { pid: process.pid, startedAt: "2026-01-04T00:00:00.000Z", endpoint: undefined });
    assert.throws(newestRun, /^Error: The embedded cloud is still starting/);
  });
});
