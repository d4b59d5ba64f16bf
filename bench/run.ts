// `npm run bench`: what the product costs, each number beside one that was measured in the same run.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Command, Option } from "commander";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const parts = ["cold", "warm", "program", "way"] as const;
const { only = parts } = new Command("npm run bench --")
  .description("Measures cold start, warm events, the program and the whole way, each against its baseline.")
  .addOption(new Option("--only <parts...>", "some of it").choices(parts))
  .parse()
  .opts<{ only?: readonly string[] }>();

// The baselines' packages have a folder of their own, so that none of them can ever get into the product.
const baselines = fileURLToPath(new URL("baselines", import.meta.url));
if (!existsSync(`${baselines}/node_modules/aws-sdk`)) {
  console.error("Installing the baselines' packages into bench/baselines/node_modules/ …");
  await promisify(execFile)("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], {
    cwd: baselines,
    shell: process.platform === "win32",
  });
}

const started = Date.now();
const { print } = await import("./rows.js");
console.log(`Node.js ${process.version}, ${process.arch}, ${cpus().length} processors: ${cpus()[0]?.model}`);

if (only.includes("cold") || only.includes("warm")) {
  const { Laboratory } = await import("./functions/measure.js");
  const { makeSubjects } = await import("./functions/subjects.js");
  const { coldStart, warm } = await import("./functions/sections.js");
  const laboratory = await Laboratory.open();
  try {
    const subjects = await makeSubjects();
    if (only.includes("cold")) print(await coldStart(laboratory, subjects));
    if (only.includes("warm")) print(await warm(laboratory, subjects));
  } finally {
    await laboratory.close();
  }
}
if (only.includes("program")) print(await (await import("./program/section.js")).program());
if (only.includes("way")) print(await (await import("./end-to-end/section.js")).wholeWay());

console.log(`\n${Math.round((Date.now() - started) / 1000)} s`);
process.exit(0);
