/** What the functions cost when they start, and once they are warm. */
import { formatNumber, type Row, ratio, type Section } from "../section.js";
import { phoneHome, requestForLink } from "./events.js";
import { type Harness, WARM_EVENTS } from "./harness.js";
import {
  emptyHandler,
  type Implementation,
  type Implementations,
  type Measured,
  measured,
} from "./implementations.js";
import { ZIP_TARGETS } from "./zip-targets.js";

/** Ratios to the SDK v2 baseline, each above an empty handler. */
const TARGETS: Readonly<Record<Measured, { readonly load?: number; readonly first: number }>> = {
  receiver: { load: 0.16, first: 0.3 },
  "url-generator": { first: 0.36 },
};

/** Ratios to the SDK v2 baseline. */
const WARM_TARGETS: Readonly<Record<Measured, number>> = { receiver: 0.5, "url-generator": 0.7 };

const eventFor = (name: Measured) => (name === "receiver" ? phoneHome(1) : requestForLink());

export async function coldStart(harness: Harness, implementations: Implementations): Promise<Section> {
  const unit = unitOf(harness);
  const scale = scaleOf(harness);
  const cost = async (file: string, event: unknown) => {
    // Under valgrind a pause at the wrong moment can add work: the lower of two counts.
    const lowest = async (count: 0 | 1) =>
      Math.min(await harness.cost(file, event, count), await harness.cost(file, event, count)) / scale;
    const [load, first] = await Promise.all([lowest(0), lowest(1)]);
    return { load, first };
  };
  const empty = await cost(emptyHandler, phoneHome(1));
  const rows: Row[] = [
    {
      what: "empty handler, load and first event",
      value: `${formatNumber(empty.first)} ${unit}`,
      baseline: "",
    },
  ];
  for (const name of measured) {
    const aboveEmpty = async ({ file }: Implementation) => {
      const { load, first } = await cost(file, eventFor(name));
      return { load: load - empty.load, first: first - empty.first };
    };
    const value = await aboveEmpty(implementations[name].bundle);
    const baseline = await aboveEmpty(implementations[name].sdkV2);
    const row = (what: string, kind: "load" | "first") =>
      ratio(`${name}: ${what}, against SDK v2`, {
        value: value[kind],
        baseline: baseline[kind],
        unit,
        target: TARGETS[name][kind],
      });
    rows.push(row("load", "load"), row("load and first event", "first"));
  }
  const how = harness.hasValgrind ? "" : " (processor time, because there is no valgrind)";
  return { title: `Cold start, above an empty handler${how}`, rows };
}

/** What is uploaded. */
export function zips(implementations: Implementations): Section {
  const rows = measured.map((name) => {
    const { bundle, unbundled, sdkV2 } = implementations[name];
    const kilobytes = bundle.zipBytes / 1024;
    return {
      what: `${name}: zip`,
      value: `${formatNumber(kilobytes)} KB`,
      baseline: `${formatNumber(unbundled.zipBytes / 1024)} KB unbundled, ${formatNumber(sdkV2.zipBytes / 1024)} KB SDK v2`,
      measure: kilobytes,
      target: ZIP_TARGETS[name],
    };
  });
  return { title: "Sizes", rows };
}

/** One event after the other in one process. */
export async function warm(harness: Harness, implementations: Implementations): Promise<Section> {
  const rows: Row[] = [];
  for (const name of measured) {
    const event = eventFor(name);
    const { bundle, sdkV2 } = implementations[name];
    const [value, baseline] = await Promise.all(
      [bundle, sdkV2].map(async ({ file }) => (await harness.warmCost(file, event)) / scaleOf(harness)),
    );
    const counted = {
      value: Number(value),
      baseline: Number(baseline),
      unit: unitOf(harness),
      target: WARM_TARGETS[name],
    };
    rows.push(ratio(`${name}: per event, against SDK v2`, counted));
  }
  rows.push(...(await warmTimes(harness, implementations)));
  return { title: "Warm", rows };
}

/** The same in processor time, which depends on what else the machine does. */
async function warmTimes(harness: Harness, implementations: Implementations): Promise<Row[]> {
  const unit = "ms CPU";
  const perEvent = async (file: string, event: unknown, count: number, transport: "tls" | "plain" = "tls") =>
    (await harness.time({ file, event, count, transport })).perEvent / 1e3;
  const rows: Row[] = [];
  for (const name of measured) {
    const [value, baseline] = [
      await perEvent(implementations[name].bundle.file, eventFor(name), WARM_EVENTS),
      await perEvent(implementations[name].sdkV2.file, eventFor(name), WARM_EVENTS),
    ];
    rows.push(ratio(`${name}: per event, against SDK v2`, { value, baseline, unit }));
  }
  const { file } = implementations.receiver.bundle;
  const plain = await perEvent(file, phoneHome(1), WARM_EVENTS, "plain");
  const what = "receiver: per event, the same calls without TLS";
  rows.push({ what, value: `${formatNumber(plain)} ${unit}`, baseline: "" });
  const baseline = await perEvent(file, phoneHome(1), 100);
  for (const records of [10, 100]) {
    const value = (await perEvent(file, phoneHome(records), 200 / records)) / records;
    rows.push(ratio(`receiver: per record, ${records} in one event, against one`, { value, baseline, unit }));
  }
  return rows;
}

function unitOf({ hasValgrind }: Harness): string {
  return hasValgrind ? "M instructions" : "ms";
}

/** What counts are divided by. */
function scaleOf({ hasValgrind }: Harness): number {
  return hasValgrind ? 1e6 : 1e3;
}
