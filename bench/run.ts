/** `npm run bench`: what the product costs, each value next to a baseline of the same run. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Command, Option } from "commander";
import { printSection } from "./section.js";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const parts = ["cold", "warm", "program", "end-to-end"] as const;
const { only = parts } = new Command("npm run bench --")
  .description(
    "Measures cold starts, warm events, the program and onboardings end to end, each against a baseline.",
  )
  .addOption(new Option("--only <parts...>", "some parts only").choices(parts))
  .parse()
  .opts<{ only?: readonly string[] }>();

// The baselines' packages have a folder of their own, so that none of them can ever get into the product.
const baselines = fileURLToPath(new URL("baselines", import.meta.url));
if (!existsSync(`${baselines}/node_modules/aws-sdk`)) {
  console.error("Installing the baselines' packages in bench/baselines/node_modules/ …");
  await promisify(execFile)("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], {
    cwd: baselines,
    shell: process.platform === "win32",
  });
}

const started = Date.now();
console.log(`Node.js ${process.version}, ${process.arch}, ${cpus().length} processors: ${cpus()[0]?.model}`);

if (only.includes("cold") || only.includes("warm")) {
  const { Harness } = await import("./functions/harness.js");
  const { makeImplementations } = await import("./functions/implementations.js");
  const { coldStart, warm } = await import("./functions/sections.js");
  const harness = await Harness.start();
  try {
    const implementations = await makeImplementations();
    if (only.includes("cold")) printSection(await coldStart(harness, implementations));
    if (only.includes("warm")) printSection(await warm(harness, implementations));
  } finally {
    await harness.stop();
  }
}
if (only.includes("program")) printSection(await (await import("./program/section.js")).program());
if (only.includes("end-to-end")) printSection(await (await import("./end-to-end/section.js")).endToEnd());

console.log(`\n${Math.round((Date.now() - started) / 1000)} s`);
process.exit(0);
