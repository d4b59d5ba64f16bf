/** What a run of the program costs, by number of regions. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { formatNumber, type Row, ratio, type Section } from "../section.js";

const run = promisify(execFile);

interface Result {
  readonly resources: number;
  /** Processor time. */
  readonly milliseconds: number;
  readonly bundleMilliseconds: number;
  /** The peak of the process's memory. */
  readonly megabytes: number;
}

const REGIONS = [1, 5, 17, 34, 100];
/** So many regions or resources take long enough that one run is as good as three. */
const MANY = { program: 17, bare: 1000 };
const MAX_TIME = 0.9;
const MAX_MEMORY = 1.2;
/** In relation to the time per resource with 17 regions. */
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
      rows.push({
        what: "bundling, once",
        value: `${formatNumber(real.bundleMilliseconds)} ms`,
        baseline: "",
      });
    }
    rows.push(
      ratio(`${what}: time`, {
        value: real.milliseconds,
        baseline: bare.milliseconds,
        unit: "ms CPU",
        target: MAX_TIME,
      }),
      ratio(`${what}: memory`, {
        value: real.megabytes,
        baseline: bare.megabytes,
        unit: "MB",
        target: MAX_MEMORY,
      }),
    );
  }
  rows.push(
    ratio("time per resource, 100 regions against 17", {
      value: perResource.get(100) ?? 0,
      baseline: perResource.get(17) ?? 1,
      unit: "ms CPU",
      target: MAX_GROWTH,
    }),
  );
  return { title: "The program under mocks, against a bare program with as many topics", rows };
}

/** The lowest of three, unless they take long, so that what else the machine does counts as little as possible. */
async function measure(which: "program" | "bare", count: number): Promise<Result> {
  const results: Result[] = [];
  for (let repeat = 0; repeat < (count > MANY[which] ? 1 : 3); repeat++) {
    const child = fileURLToPath(new URL("./child.ts", import.meta.url));
    const { stdout } = await run(process.execPath, ["--import=tsx", child, which, String(count)], {
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    });
    results.push(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "{}") as Result);
  }
  const lowest = (key: keyof Result) => Math.min(...results.map((result) => result[key]));
  return {
    resources: lowest("resources"),
    milliseconds: lowest("milliseconds"),
    bundleMilliseconds: lowest("bundleMilliseconds"),
    megabytes: lowest("megabytes"),
  };
}
