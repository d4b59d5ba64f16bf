/** What the functions cost when they start, and once they are warm. */
import { formatNumber, type Row, ratio, type Section } from "../section.js";
import { phoneHome, requestForLink } from "./events.js";
import type { Harness } from "./harness.js";
import {
  emptyHandler,
  type Implementation,
  type Implementations,
  type Measured,
  measured,
} from "./implementations.js";
import { ZIP_TARGETS } from "./zip-targets.js";

/** Ratios to the SDK v2 baseline, each above an empty handler. */
const TARGETS: Partial<Record<Measured, { readonly load: number; readonly first: number }>> = {
  receiver: { load: 0.26, first: 0.36 },
};

const WARM_EVENTS = 200;
const WARM_TARGET_MILLISECONDS = 1.5;

const eventFor = (name: Measured) => (name === "receiver" ? phoneHome(1) : requestForLink());

export async function coldStart(harness: Harness, implementations: Implementations): Promise<Section> {
  const unit = harness.hasValgrind ? "M instructions" : "ms";
  const scale = harness.hasValgrind ? 1e6 : 1e3;
  const cost = async (file: string, event: unknown) => {
    const [load, first] = await Promise.all([harness.cost(file, event, 0), harness.cost(file, event, 1)]);
    return { load: load / scale, first: first / scale };
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
    const bundle = await aboveEmpty(implementations[name].bundle);
    for (const [baselineName, implementation, target] of [
      ["SDK v2", implementations[name].sdkV2, TARGETS[name]],
      ["SDK v3 unbundled", implementations[name].unbundled, undefined],
    ] as const) {
      const baseline = await aboveEmpty(implementation);
      rows.push(
        ratio(`${name}: load, against ${baselineName}`, {
          value: bundle.load,
          baseline: baseline.load,
          unit,
          target: target?.load,
        }),
        ratio(`${name}: load and first event, against ${baselineName}`, {
          value: bundle.first,
          baseline: baseline.first,
          unit,
          target: target?.first,
        }),
      );
    }
  }
  for (const name of measured) {
    const { bundle, unbundled, sdkV2 } = implementations[name];
    const kilobytes = bundle.zipBytes / 1024;
    rows.push({
      what: `${name}: zip`,
      value: `${formatNumber(kilobytes)} KB`,
      baseline: `${formatNumber(unbundled.zipBytes / 1024)} KB unbundled, ${formatNumber(sdkV2.zipBytes / 1024)} KB SDK v2`,
      measure: kilobytes,
      target: ZIP_TARGETS[name],
    });
  }
  const how = harness.hasValgrind ? "" : " (processor time, because there is no valgrind)";
  return { title: `Cold start, above an empty handler${how}`, rows };
}

/** One event after the other in one process. */
export async function warm(harness: Harness, implementations: Implementations): Promise<Section> {
  const rows: Row[] = [];
  const unit = "ms CPU";
  const perEvent = async (file: string, event: unknown, count: number, transport: "tls" | "plain" = "tls") =>
    (await harness.time({ file, event, count, transport })).perEvent / 1e3;
  const withTarget = (what: string, milliseconds: number): Row => ({
    what,
    value: `${formatNumber(milliseconds)} ${unit}`,
    baseline: "",
    measure: milliseconds,
    target: WARM_TARGET_MILLISECONDS,
  });
  const { file } = implementations.receiver.bundle;
  for (const name of measured) {
    const time = (implementation: Implementation) =>
      perEvent(implementation.file, eventFor(name), WARM_EVENTS);
    const value = await time(implementations[name].bundle);
    const baseline = await time(implementations[name].sdkV2);
    rows.push(ratio(`${name}: per event, against SDK v2`, { value, baseline, unit }));
    if (name === "receiver") {
      const plain = await perEvent(file, phoneHome(1), WARM_EVENTS, "plain");
      rows.push(
        withTarget("receiver: per event, with its four new TLS connections", value),
        withTarget("receiver: per event, the same calls without TLS", plain),
      );
    }
  }
  const baseline = await perEvent(file, phoneHome(1), 100);
  for (const records of [10, 100]) {
    const value = (await perEvent(file, phoneHome(records), 200 / records)) / records;
    rows.push(ratio(`receiver: per record, ${records} in one event, against one`, { value, baseline, unit }));
  }
  return { title: `Warm, ${WARM_EVENTS} events`, rows };
}
