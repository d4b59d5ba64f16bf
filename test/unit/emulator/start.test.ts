/** What `npm start` says before anything is installed: in a folder that holds only what it needs for that. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { projectFolder } from "../../../emulator/paths.js";

const FILES = [
  ...["start.mjs", "prepare.mjs", "runs.mjs", "clean.mjs", "aws/requirements.txt"].map(
    (file) => `emulator/${file}`,
  ),
  ...["package.json", "package-lock.json", "scripts/installed.cjs", "scripts/node-version.cjs"],
];

describe("npm start, from a fresh clone", function () {
  this.timeout(30_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "clone-"));
    for (const file of FILES) {
      mkdirSync(join(folder, dirname(file)), { recursive: true });
      cpSync(join(projectFolder, file), join(folder, file));
    }
  });

  after(() => rmSync(folder, { recursive: true }));

  const run = (args: readonly string[], PATH = "") =>
    new Promise<{ code: number; out: string; error: string }>((resolve) => {
      execFile(process.execPath, args, { cwd: folder, env: { PATH } }, (failure, out, error) =>
        resolve({ code: failure ? Number(failure.code) : 0, out, error }),
      );
    });

  it("shows its help, at most 100 columns wide", async () => {
    const { code, out } = await run(["emulator/start.mjs", "--help"]);
    assert.equal(code, 0);
    assert.match(out, /npm start -- --port 4566/);
    for (const line of out.split("\n")) assert.ok(line.length <= 100, line);
  });

  for (const [args, sentence] of [
    [["--colour"], "Unknown option '--colour'. See npm start -- --help."],
    [["now"], "Unexpected argument 'now'. This command does not take positional arguments. See npm start"],
    [["--port", "80"], '--port takes a number from 1024 to 65533, not "80".'],
    [["--auth", "cookie"], '--auth takes jwt, iam or none, not "cookie".'],
    [["--regions", "everywhere"], "--regions takes AWS regions with commas between them, such as"],
    [["--regions", "eu-west-1, eu-west-1"], "--regions names eu-west-1 twice: name each region once."],
  ] as const) {
    it(`says what is wrong with ${args.join(" ")}`, async () => {
      const { code, out, error } = await run(["emulator/start.mjs", ...args]);
      assert.deepEqual([code, out], [1, ""]);
      assert.ok(error.startsWith(sentence), error);
      assert.equal(error.split("\n").length, 2, error);
    });
  }

  for (const [what, script, sentence] of [
    ["is no Python", undefined, /^The embedded cloud needs Python 3\.11 or newer, but there is none/],
    ["is an old Python", "exit 3", /^The embedded cloud needs Python 3\.11 or newer, but there is none/],
    [
      "is a Python without venv",
      "exit 1",
      /^The embedded cloud needs Python's venv module, which python3 lacks/,
    ],
  ] as const) {
    it(`downloads nothing if there ${what}`, async () => {
      const bin = mkdtempSync(join(folder, "bin-"));
      if (script) writeFileSync(join(bin, "python3"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      const { code, out, error } = await run(["emulator/start.mjs"], bin);
      assert.deepEqual([code, out], [1, ""]);
      assert.match(error, sentence);
      assert.ok(!existsSync(join(folder, "node_modules")));
    });
  }

  it("says in any command that Node.js is too old, with options that an old one knows", async () => {
    const old = join(folder, "old.cjs");
    writeFileSync(old, 'Object.defineProperty(process.versions, "node", { value: "18.20.8" });\n');
    const { scripts } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const commands = Object.values<string>(scripts)
      .map((script) => script.split(" && ")[0] ?? "")
      .filter((command) => command.startsWith("node ") && !command.includes("clean.mjs"));
    assert.ok(commands.length > 8);
    for (const command of commands) {
      assert.doesNotMatch(command, /--disable-warning/, command);
      const { code, out, error } = await run(["--require", old, ...command.split(" ").slice(1)]);
      assert.deepEqual([code, out], [1, ""], command);
      assert.match(error, /^This project needs Node\.js 20\.19 or newer; this is 18\.20\.8\. .*\n$/, command);
    }
  });

  it("any other command says what to run first", async () => {
    const { scripts } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const commands = Object.values<string>(scripts).filter((script) =>
      /^node --(?!.*&&).*--import tsx/.test(script),
    );
    assert.ok(commands.length > 5);
    for (const command of commands) {
      const { code, out, error } = await run(command.split(" ").slice(1));
      const sentence = "The node modules are not installed: run npm ci first.\n";
      assert.deepEqual([code, out, error], [1, "", sentence], command);
    }
  });

  it("cleans nothing while one runs or it is only asked, and afterwards what a killed one left", async () => {
    const runs = join(folder, ".onboarding", "runs");
    mkdirSync(runs, { recursive: true });
    writeFileSync(join(runs, `${process.pid}.json`), "{}");
    const refused = await run(["emulator/clean.mjs"]);
    assert.equal(refused.code, 1);
    assert.match(refused.error, new RegExp(`npm start is running \\(process ${process.pid}\\)`));
    assert.ok(existsSync(runs));
    rmSync(join(runs, `${process.pid}.json`));
    const asked = await run(["emulator/clean.mjs", "--help"]);
    assert.deepEqual([asked.code, asked.out], [1, ""]);
    assert.match(asked.error, /^Nothing was removed: npm run clean takes no options, such as --help\./);
    assert.ok(existsSync(runs));
    writeFileSync(join(runs, `${2 ** 30}.json`), "{}");
    assert.equal((await run(["emulator/clean.mjs"])).code, 0);
    assert.ok(!existsSync(join(folder, ".onboarding")));
  });
});
