// Installs what `npm start` and `npm test` need in the project's own folder: the node modules that package-lock.json pins, and a
// Python virtual environment with the packages that emulator/aws/requirements.txt pins.
// It is plain JavaScript without any import from node_modules, because it runs before they exist.
// It prints to stderr only, so that `npm start -s -- --json` prints nothing but JSON.
import "../scripts/node-version.cjs";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { refuseWhileRunning } from "./runs.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const stateFolder = join(root, ".onboarding");
const environmentFolder = join(stateFolder, "python");
const windows = process.platform === "win32";
const pythonOf = (folder) => join(folder, windows ? "Scripts/python.exe" : "bin/python");

const pythonMarker = join(environmentFolder, ".prepared");
const pythonStamp = () => stamp("emulator/aws/requirements.txt");

const say = (sentence) => process.stderr.write(`${sentence}\n`);

/** The command that is running: Ctrl-C ends it with this program. */
let running;
process.once("exit", () => running?.kill());
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));

/** Runs a command and resolves with its exit code and what it printed; never throws. */
function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      // npm itself is a batch file on Windows, which spawn only finds through the shell.
      shell: windows && command === "npm",
      ...options,
    });
    running = child;
    let printed = "";
    child.stdout.on("data", (data) => (printed += data));
    child.stderr.on("data", (data) => (printed += data));
    child.on("error", (error) =>
      resolve({ code: error.code === "ENOENT" ? "missing" : 1, printed: String(error) }),
    );
    child.on("close", (code) => resolve({ code, printed }));
  });
}

/** Runs a step that can take a while, and says every five seconds that it is still running. */
async function step(sentence, command, args, options) {
  say(`${sentence} …`);
  const started = Date.now();
  const timer = setInterval(() => say(`  … ${Math.round((Date.now() - started) / 1000)} s`), 5000);
  const { code, printed } = await run(command, args, options);
  clearInterval(timer);
  if (code === 0) return;
  const tail = printed.trim().split("\n").slice(-15).join("\n");
  say(`${sentence} failed. \`${[command, ...args].join(" ")}\` printed:\n${tail}`);
  process.exit(1);
}

/** A hash of what a step depends on: as long as that is the same, the step need not run again. */
const stamp = (...files) =>
  files
    .reduce((hash, file) => hash.update(readFileSync(join(root, file))), createHash("sha256"))
    .digest("hex");
const isDone = (file, expected) => existsSync(file) && readFileSync(file, "utf8") === expected;

async function prepareNodeModules() {
  const marker = join(root, "node_modules", ".prepared");
  const expected = stamp("package-lock.json");
  if (isDone(marker, expected)) return;
  // `npm ci`, run by somebody or by a pipeline, leaves its own copy of the lock file, which is as good as our marker.
  const installed = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installed) || !sameLock(installed)) {
    // With a cache in the system's temporary folder, nothing else outside the project's folder is written.
    const cache = mkdtempSync(join(tmpdir(), "onboarding-npm-"));
    process.once("exit", () => rmSync(cache, { recursive: true, force: true }));
    await step("Installing the node modules in node_modules/", "npm", [
      "ci",
      "--no-audit",
      "--no-fund",
      "--cache",
      cache,
    ]);
  }
  writeFileSync(marker, expected);
}

/** Whether npm's record of what it installed names the same versions as package-lock.json. */
function sameLock(installedFile) {
  const packagesOf = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const installed = packagesOf(installedFile);
  const locked = Object.entries(packagesOf(join(root, "package-lock.json")));
  return locked.every(
    ([path, entry]) => path === "" || entry.optional || installed[path]?.version === entry.version,
  );
}

/** Exits with 3 where Python is too old, and with 1 where a part of it is missing. */
const PYTHON_CHECK = "import sys; sys.version_info >= (3, 11) or sys.exit(3); import ensurepip, venv";

async function findPython() {
  let found;
  for (const command of windows ? ["python", "py"] : ["python3", "python"]) {
    const { code } = await run(command, ["-c", PYTHON_CHECK]);
    if (code === 0) return command;
    if (code === 1) found ??= command;
  }
  say(
    found
      ? `The embedded cloud needs Python's venv module, which ${found} lacks. Install it (Debian, Ubuntu: ` +
          "`apt-get install python3-venv`) and run the command again."
      : "The embedded cloud needs Python 3.11 or newer, but there is none called `python3` or `python`. " +
          "Install it (Debian, Ubuntu: `apt-get install python3 python3-venv`; macOS: `brew install python`) and run the command again.",
  );
  process.exit(1);
}

async function preparePython(python) {
  refuseWhileRunning("The embedded cloud was not updated");
  rmSync(environmentFolder, { recursive: true, force: true });
  mkdirSync(stateFolder, { recursive: true });
  await step("Making a Python environment in .onboarding/python/", python, ["-m", "venv", environmentFolder]);
  await step("Installing the embedded cloud in .onboarding/python/", pythonOf(environmentFolder), [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--no-cache-dir",
    "--require-hashes",
    "--only-binary",
    ":all:",
    "--requirement",
    "emulator/aws/requirements.txt",
  ]);
  writeFileSync(pythonMarker, pythonStamp());
}

/** Installs what is missing. Ends the program with a sentence where that is impossible, or at Ctrl-C. */
export async function prepare() {
  // Python first: without it, half a gigabyte of node modules would be downloaded for nothing.
  const python = isDone(pythonMarker, pythonStamp()) ? undefined : await findPython();
  await prepareNodeModules();
  if (python) await preparePython(python);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await prepare();
