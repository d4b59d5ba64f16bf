// Installs what `npm start` and `npm test` need in the project's own folder: the node modules that package-lock.json pins, and a
// Python virtual environment with the packages that emulator/aws/requirements.txt pins.
// It is plain JavaScript without any import from node_modules, because it runs before they exist.
// It prints to stderr only, so that `npm start -s -- --json` prints nothing but JSON.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stateFolder = join(root, ".onboarding");
const environmentFolder = join(stateFolder, "python");
const windows = process.platform === "win32";
const pythonOf = (folder) => join(folder, windows ? "Scripts/python.exe" : "bin/python");

const say = (sentence) => process.stderr.write(`${sentence}\n`);

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
    await step("Installing the node modules in node_modules/", "npm", [
      "ci",
      "--no-audit",
      "--no-fund",
      "--cache",
      cache,
    ]);
    rmSync(cache, { recursive: true, force: true });
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

async function findPython() {
  for (const command of windows ? ["python", "py"] : ["python3", "python"]) {
    const { code } = await run(command, [
      "-c",
      "import sys; sys.exit(0 if sys.version_info >= (3, 11) else 1)",
    ]);
    if (code === 0) return command;
  }
  say(
    "The embedded cloud needs Python 3.11 or newer, but there is none called `python3` or `python`. " +
      "Install it (Debian, Ubuntu: `apt-get install python3 python3-venv`; macOS: `brew install python`) and run the command again.",
  );
  process.exit(1);
}

async function preparePython() {
  const marker = join(environmentFolder, ".prepared");
  const expected = stamp("emulator/aws/requirements.txt");
  if (isDone(marker, expected)) return;
  const python = await findPython();
  rmSync(environmentFolder, { recursive: true, force: true });
  mkdirSync(stateFolder, { recursive: true });
  const made = await run(python, ["-m", "venv", environmentFolder]);
  if (made.code !== 0) {
    say(
      `Python's venv module is missing or broken: \`${python} -m venv\` failed. ` +
        "Install it (Debian, Ubuntu: `apt-get install python3-venv`) and run the command again.",
    );
    process.exit(1);
  }
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
  writeFileSync(marker, expected);
}

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  say(
    `This project needs Node.js 20.19 or newer; this is ${process.versions.node}. Install a newer one and run the command again.`,
  );
  process.exit(1);
}
await prepareNodeModules();
await preparePython();
