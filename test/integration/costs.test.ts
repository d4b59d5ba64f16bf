/**
 * docs/costs.md says what a deployment costs. Its prices are in the document; what they are multiplied by is counted here, from the
 * program itself, so that a change of the program that costs something shows.
 */
import assert from "node:assert/strict";
import { RegionInfo } from "@aws-cdk/region-info";
import { toItem } from "../../functions/domain/connection-item.js";
import { HealthTelemetry } from "../../functions/health/telemetry.js";
import { OrganizationsTelemetry } from "../../functions/organizations/telemetry.js";
import { TopicPoliciesTelemetry } from "../../functions/topic-policies/telemetry.js";
import { read } from "../documents.js";
import { connected } from "../unit/fixtures.js";
import { type LogLine, logLines } from "../unit/log-lines.js";
import { allRegions, type Inputs, ofType, type Run, runOnce } from "./components/run-program.js";

const REGIONS = [1, 3, 17, 34];
const CONNECTIONS = 1000;
const HOURS_A_MONTH = 730;

/** What is assumed of a function's run, as the document says too. */
const RUN = { seconds: 0.2, gigabytes: 0.25, platformBytes: 350 };
const PROBE_SECONDS = 0.5;
/** Of a history, in bytes; one of each event. */
const HISTORY_ENTRY_BYTES = 300;
const HISTORY_ENTRIES = 5;

const text = read("docs/costs.md");

/** The rows of the table under a heading, as lists of cells; without the separator. */
function tableUnder(heading: string): string[][] {
  const [, section = ""] = text.split(`\n## ${heading}\n`);
  const [body = ""] = section.split("\n## ");
  const rows = body.split("\n").filter((line) => /^\| *[^- ]/.test(line));
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** USD for one of what the row says. */
function price(what: string): number {
  const row = tableUnder("Prices").find(([name]) => name === what);
  assert.ok(row, `a price of ${what}`);
  const [, usd = "", per = ""] = row;
  return Number(usd) / (per.startsWith("million") ? 1e6 : 1);
}

/** An idle run of each scheduled function writes these lines. */
const IDLE_RUNS: Readonly<Record<string, () => Promise<readonly LogLine[]>>> = {
  "onboarding-dev-health": () => {
    const telemetry = new HealthTelemetry();
    return logLines(() => telemetry.publishAfter(async () => telemetry.ended(0, 0)));
  },
  // Where no organization is due it says nothing.
  "onboarding-dev-organizations": () => {
    const telemetry = new OrganizationsTelemetry();
    return logLines(() => telemetry.publishAfter(async () => {}));
  },
  "onboarding-dev-topic-policies": () => {
    const telemetry = new TopicPoliciesTelemetry();
    const nothing = { statements: 0, capacity: 99, complete: true };
    return logLines(() => telemetry.publishAfter(async () => telemetry.reconciled(nothing)));
  },
};

const metricsIn = (lines: readonly LogLine[]) =>
  lines.flatMap(({ _aws }) => (_aws as Inputs | undefined)?.CloudWatchMetrics[0].Metrics ?? []).length;
const bytesOf = (lines: readonly LogLine[]) =>
  lines.reduce((sum, line) => sum + Buffer.byteLength(JSON.stringify(line)), 0);

function runsAMonth(expression: string): number {
  const [, count = "", unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const hours = { minute: 1 / 60, hour: 1, day: 24 }[unit];
  assert.ok(hours, `${expression} is a rate`);
  return HOURS_A_MONTH / (Number(count) * hours);
}

/** What a deployment has that costs something while nobody uses it. */
interface Fixed {
  readonly alarmMetrics: number;
  readonly ownMetrics: number;
  readonly dashboardMetrics: number;
  readonly runs: number;
  readonly logBytes: number;
}

type IdleLines = ReadonlyMap<string, readonly LogLine[]>;

function fixedCosts(run: Run, idleLines: IdleLines): Fixed {
  const inputsOf = (type: string) => ofType(run, type).map(({ inputs }) => inputs);
  const alarmMetrics = inputsOf("cloudwatch/metricAlarm:MetricAlarm").map(
    ({ metricQueries }) => metricQueries?.filter(({ metric }: Inputs) => metric).length ?? 1,
  );
  const targets = inputsOf("cloudwatch/eventTarget:EventTarget");
  let [runs, ownMetrics, logBytes] = [0, 0, 0];
  for (const { name, region, scheduleExpression } of inputsOf("cloudwatch/eventRule:EventRule")) {
    if (scheduleExpression === undefined) continue;
    const target = targets.find((one) => one.rule === name && one.region === region);
    const lines = idleLines.get(String(target?.arn.split(":").at(-1)));
    assert.ok(lines, `the lines that an idle run of ${target?.arn} writes: add them to IDLE_RUNS`);
    const count = runsAMonth(scheduleExpression);
    runs += count;
    ownMetrics += metricsIn(lines);
    logBytes += count * (bytesOf(lines) + RUN.platformBytes);
  }
  const dashboardMetrics = inputsOf("cloudwatch/dashboard:Dashboard").flatMap(({ dashboardBody }) =>
    JSON.parse(dashboardBody).widgets.flatMap(({ properties }: Inputs) => properties.metrics),
  );
  return {
    alarmMetrics: alarmMetrics.reduce((sum, count) => sum + count, 0),
    ownMetrics,
    dashboardMetrics: new Set(dashboardMetrics.map((metric) => JSON.stringify(metric))).size,
    runs,
    logBytes,
  };
}

/** What is written to the table, in write units of one region: every replica takes the same. */
function writes(run: Run) {
  const [table] = ofType(run, "dynamodb/table:Table");
  const record = toItem({
    ...connected,
    ...{ roleId: "x".repeat(21), templateVersion: "x".repeat(12), confirmation: "done" as const },
    ...Object.fromEntries(
      ["connectedAt", "acceptedAt", "verifiedAt", "nextProbeAt", "statusChangedAt"].map((name) => [
        name,
        connected.createdAt,
      ]),
    ),
  });
  const indexes: Inputs[] = table?.inputs.globalSecondaryIndexes ?? [];
  const isIn = ({ keySchemas }: Inputs) =>
    keySchemas.every(({ attributeName }: Inputs) => attributeName in record);
  const whole = indexes.filter((index) => index.projectionType === "ALL" && isIn(index)).length;
  const due = indexes.filter((index) => index.projectionType !== "ALL" && isIn(index)).length;
  const bytes = Buffer.byteLength(JSON.stringify(record));
  const units = Math.ceil(bytes / 1024) * (1 + whole);
  return {
    bytes: bytes * (1 + whole) + HISTORY_ENTRIES * HISTORY_ENTRY_BYTES,
    // A change of when it is due takes one entry out of an index and puts another one in.
    probe: units + 2 * due,
    // A transaction counts twice: the link, and what two limits count with. Then an attempt, the connection and its acceptance; three
    // entries of history.
    onboarding: 2 * (1 + whole) + 2 * 2 + (1 + whole) + (units + due) + units + 3,
  };
}

const isOptIn = (region: string) => RegionInfo.get(region).isOptInRegion;
const usd = (value: number, digits = 2) => value.toFixed(digits);
const whole = (value: number) => Math.round(value).toLocaleString("en-US");

describe("docs/costs.md", function () {
  this.timeout(120_000);
  const runs: Run[] = [];
  let fixed: Fixed[];

  before(async () => {
    const idleLines = new Map<string, readonly LogLine[]>();
    for (const [name, idle] of Object.entries(IDLE_RUNS)) idleLines.set(name, await idle());
    // Those that are on by default first: organizations are listed there.
    const all = allRegions("us-east-1").toSorted(
      (one, other) => Number(isOptIn(one)) - Number(isOptIn(other)),
    );
    // One after the other: Pulumi's mocks know one program at a time.
    for (const count of REGIONS) {
      const regions = all.filter((region) => region !== "us-east-1").slice(0, count - 1);
      runs.push(
        await runOnce({ "aws:region": "us-east-1", "onboarding:regions": ["us-east-1", ...regions] }),
      );
    }
    fixed = runs.map((run) => fixedCosts(run, idleLines));
  });

  const assertTable = (heading: string, expected: readonly (readonly string[])[]) => {
    const [, ...rows] = tableUnder(heading);
    assert.deepEqual(rows, expected, expected.map((row) => `| ${row.join(" | ")} |`).join("\n"));
  };

  it("says what a deployment has that costs something", () => {
    const row = (name: string, key: keyof Fixed) => [name, ...fixed.map((one) => whole(one[key]))];
    assertTable("What is there", [
      row("metrics that alarms watch", "alarmMetrics"),
      row("metrics of its own that have values while nobody connects", "ownMetrics"),
      row("metrics on the dashboard", "dashboardMetrics"),
      row("scheduled runs of functions a month", "runs"),
    ]);
  });

  it("says what a month costs while nobody connects", () => {
    const costs = fixed.map((one) => {
      const computing =
        one.runs *
        (price("a call of a function") + RUN.seconds * RUN.gigabytes * price("a function's time on Arm"));
      return {
        alarms: one.alarmMetrics * price("an alarm's metric"),
        metrics: one.ownMetrics * price("a metric of one's own"),
        dashboard: one.dashboardMetrics > 50 ? price("a dashboard with more than 50 metrics") : 0,
        computing,
        logs: (one.logBytes / 1e9) * price("logs"),
      };
    });
    const row = (name: string, key: keyof (typeof costs)[number]) => [
      name,
      ...costs.map((one) => usd(one[key])),
    ];
    assertTable("A month while nobody connects", [
      row("alarms", "alarms"),
      row("metrics", "metrics"),
      row("dashboard", "dashboard"),
      row("functions", "computing"),
      row("logs", "logs"),
      [
        "**all, USD**",
        ...costs.map((one) => `**${usd(Object.values(one).reduce((sum, cost) => sum + cost, 0))}**`),
      ],
    ]);
  });

  it("says what connections cost, and an onboarding", () => {
    const probes = (CONNECTIONS * HOURS_A_MONTH) / 24;
    const ofRun = (run: Run, index: number) => {
      const replicas = REGIONS[index] ?? 0;
      const { bytes, probe, onboarding } = writes(run);
      const unit = price("a write to the table, and its copy in each replica");
      const month = {
        writes: probes * probe * replicas * unit,
        storage: ((CONNECTIONS * bytes) / 1e9) * replicas * (price("the table") + price("its recovery")),
        metrics: replicas * price("a metric of one's own"),
        computing: probes * PROBE_SECONDS * RUN.gigabytes * price("a function's time on Arm"),
      };
      return { month, onboarding: onboarding * replicas * unit };
    };
    const costs = runs.map(ofRun);
    const row = (name: string, key: keyof (typeof costs)[number]["month"]) => [
      name,
      ...costs.map(({ month }) => usd(month[key])),
    ];
    assertTable("A thousand connections, a month", [
      row("daily probes, written to every replica", "writes"),
      row("storage and recovery", "storage"),
      row("one more metric of each region", "metrics"),
      row("functions", "computing"),
      [
        "**all, USD**",
        ...costs.map(({ month }) => `**${usd(Object.values(month).reduce((sum, cost) => sum + cost, 0))}**`),
      ],
    ]);
    assertTable("An onboarding", [
      ["what is written to the table, USD", ...costs.map(({ onboarding }) => usd(onboarding, 5))],
    ]);
  });

  it("is what other documents say in short", () => {
    const ofOneRegion = (heading: string) => Number(tableUnder(heading).at(-1)?.[1]?.replaceAll("*", ""));
    const idle = ofOneRegion("A month while nobody connects");
    const used = ofOneRegion("A thousand connections, a month");
    const near = (said: string | undefined, actual: number) => Math.abs(Number(said) - actual) <= 0.05;
    for (const path of ["README.md", "docs/deploying.md", "docs/costs.md"]) {
      const [, said] = /(\d\.\d\d) USD\s+a\s+month\s+and\s+region\s+while/.exec(read(path)) ?? [];
      assert.ok(near(said, idle), `${path}: ${said} for ${idle}`);
    }
    const [, said] = /(\d\.\d\d) USD\s+more\s+for\s+a\s+thousand/.exec(read("README.md")) ?? [];
    assert.ok(near(said, used), `${said} for ${used}`);
  });
});
