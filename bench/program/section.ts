/** What a run of the program costs, by the number of its regions. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { number, type Row, ratio, type Section } from "../rows.js";

const run = promisify(execFile);

interface Result {
  readonly resources: number;
  /** Of processor time. */
  readonly milliseconds: number;
  readonly bundleMilliseconds: number;
  /** The most that the process ever had. */
  readonly megabytes: number;
}

const REGIONS = [1, 5, 17, 34, 100];
const MAX_TIME = 1.15;
const MAX_MEMORY = 1.2;
/** Of the time per resource with 17 regions. */
const MAX_GROWTH = 1.15;

export async function program(): Promise<Section> {
  const rows: Row[] = [];
  const perResource = new Map<number, number>();
  for (const regions of REGIONS) {
    const real = await measure("program", regions);
    const bare = await measure("bare", real.resources);
    const what = `${regions} regions, ${real.resources} resources`;
    perResource.set(regions, real.milliseconds / real.resources);
    if (regions === 1) {
      rows.push({ what: "bundling, once", value: `${number(real.bundleMilliseconds)} ms`, baseline: "" });
    }
    rows.push(
      ratio(`${what}: time`, real.milliseconds, bare.milliseconds, "ms CPU", MAX_TIME),
      ratio(`${what}: memory`, real.megabytes, bare.megabytes, "MB", MAX_MEMORY),
    );
  }
  rows.push(
    ratio(
      "time per resource, 100 regions against 17",
      perResource.get(100) ?? 0,
      perResource.get(17) ?? 1,
      "ms CPU",
      MAX_GROWTH,
    ),
  );
  return { title: "The program under mocks, against a bare program of as many topics", rows };
}

/** The least of three, so that what else the machine does counts as little as possible. */
async function measure(which: "program" | "bare", count: number): Promise<Result> {
  const results: Result[] = [];
  for (let repeat = 0; repeat < 3; repeat++) {
    const child = fileURLToPath(new URL("./child.ts", import.meta.url));
    const { stdout } = await run(process.execPath, ["--import=tsx", child, which, String(count)], {
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    });
    results.push(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "{}") as Result);
  }
  const least = (key: keyof Result) => Math.min(...results.map((result) => result[key]));
  return {
    resources: least("resources"),
    milliseconds: least("milliseconds"),
    bundleMilliseconds: least("bundleMilliseconds"),
    megabytes: least("megabytes"),
  };
}
