/** `npm run bench`: what the product costs, each value next to a baseline of the same run. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Command, Option } from "commander";
import { lambdaNode } from "./lambda-node.js";
import { cellsOf, HEADER, printSection, type Section } from "./section.js";
import { markdownTable } from "./table.js";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const parts = ["cold", "warm", "probes", "program", "start", "region", "end-to-end"] as const;
const { only = parts, write = false } = new Command("npm run bench --")
  .description(
    "Measures cold starts, warm events, probes, the program, the first try, a large region and onboardings end to end, each against a baseline or a target.",
  )
  .addOption(new Option("--only <parts...>", "some parts only").choices(parts))
  .option("--write", "puts the table into docs/performance.md")
  .parse()
  .opts<{ only?: readonly string[]; write?: boolean }>();

// The baselines' packages have a folder of their own, so that none of them can ever get into the product.
const baselines = fileURLToPath(new URL("baselines", import.meta.url));
if (!existsSync(`${baselines}/node_modules/aws-sdk`) || !lambdaNode()) {
  console.error("Installing the baselines' packages in bench/baselines/node_modules/ …");
  await promisify(execFile)("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], {
    cwd: baselines,
    shell: process.platform === "win32",
  });
}

const started = Date.now();
const sections: Section[] = [];
const show = (section: Section) => {
  sections.push(section);
  printSection(section);
};

// Lambda's own version first: its warm events and probes count.
const nodes = [lambdaNode(), process.execPath].filter((node) => node !== undefined);
const versions = nodes.map((node) => execFileSync(node, ["--version"], { encoding: "utf8" }).trim());
const machine = `Node.js ${versions.join(" and ")}, ${process.arch}, ${cpus().length} processors (${cpus()[0]?.model})`;
console.log(machine);

if (["cold", "warm", "probes"].some((part) => only.includes(part))) {
  const { Harness } = await import("./functions/harness.js");
  const { makeImplementations } = await import("./functions/implementations.js");
  const { coldStart, warm, zips } = await import("./functions/sections.js");
  const { probes } = await import("./probes/section.js");
  const implementations = await makeImplementations();
  for (const [index, node] of nodes.entries()) {
    const harness = await Harness.start(node);
    const titled = ({ title, rows }: Section): Section => ({
      title: `Node.js ${versions[index]}: ${title}`,
      rows,
    });
    try {
      if (only.includes("cold")) show(titled(await coldStart(harness, implementations)));
      if (index > 0) continue;
      if (only.includes("cold")) show(zips(implementations));
      if (only.includes("warm")) show(titled(await warm(harness, implementations)));
      if (only.includes("probes")) show(await probes(harness, implementations.receiver.bundle));
    } finally {
      await harness.stop();
    }
  }
}
if (only.includes("program")) show(await (await import("./program/section.js")).program());
if (only.includes("start")) show(await (await import("./start/section.js")).start());
if (only.includes("region")) show(await (await import("./region/section.js")).region());
if (only.includes("end-to-end")) show(await (await import("./end-to-end/section.js")).endToEnd());

const seconds = Math.round((Date.now() - started) / 1000);
console.log(`\n${seconds} s`);
if (write) writeMeasurements();
process.exit(0);

/** Replaces what is between the two marks of docs/performance.md. */
function writeMeasurements(): void {
  const file = fileURLToPath(new URL("../docs/performance.md", import.meta.url));
  const [before, , after] = readFileSync(file, "utf8").split(/<!-- (?:begin|end) of the measurements -->\n/);
  if (after === undefined) throw new Error("docs/performance.md has no marks around its measurements.");
  const tables = sections.map(
    ({ title, rows }) => `### ${title}\n\n${markdownTable([HEADER, ...rows.map(cellsOf)])}\n`,
  );
  const intro = `${new Date().toISOString().slice(0, 10)}, one run of ${seconds} s, ${machine}.\n`;
  const text = [intro, ...tables].join("\n");
  const marked = `<!-- begin of the measurements -->\n\n${text}\n<!-- end of the measurements -->\n`;
  writeFileSync(file, `${before}${marked}${after}`);
}
