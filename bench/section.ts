/** A section of the benchmark's output: a table of measurements, each next to what it is compared with. */
import { alignColumns } from "./table.js";

/** One measurement, and what it is compared with. */
export interface Row {
  readonly what: string;
  readonly value: string;
  readonly baseline: string;
  /** The ratio of value to baseline or, where the target is absolute, the value itself. */
  readonly measure?: number | undefined;
  /** The highest measure that passes. */
  readonly target?: number | undefined;
}

/** One part of the benchmark. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

interface Ratio {
  readonly value: number;
  readonly baseline: number;
  /** What both are measured in. */
  readonly unit: string;
  readonly target?: number | undefined;
}

/** A row for a value in relation to its baseline. */
export function ratio(what: string, { value, baseline, unit, target }: Ratio): Row {
  return {
    what,
    value: `${formatNumber(value)} ${unit}`,
    baseline: `${formatNumber(baseline)} ${unit}`,
    measure: value / baseline,
    target,
  };
}

export function formatNumber(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 4, useGrouping: false });
}

export const HEADER = ["", "value", "baseline", "ratio", "target", ""];

/** A row as a table shows it. */
export function cellsOf({ what, value, baseline, measure, target }: Row): string[] {
  return [
    what,
    value,
    baseline,
    measure === undefined ? "" : formatNumber(Number(measure.toPrecision(3))),
    target === undefined ? "" : `<= ${target}`,
    target === undefined || measure === undefined ? "" : measure <= target ? "pass" : "MISS",
  ];
}

export function printSection({ title, rows }: Section): void {
  console.log(`\n${title}`);
  for (const line of alignColumns([HEADER, ...rows.map(cellsOf)], { alignNumbers: true }))
    console.log(line.join("  ").trimEnd());
}
