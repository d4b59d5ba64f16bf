/** The lines of the benchmark's table. */

/** One measurement, and what it is held against. */
export interface Row {
  readonly what: string;
  readonly value: string;
  readonly baseline: string;
  /** Of value to baseline, or the value itself where the target is one. */
  readonly measure?: number | undefined;
  /** The measure may be as much at most. */
  readonly target?: number | undefined;
}

/** One part of the benchmark. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** A ratio with its two parts. @param unit what both are counted in */
export function ratio(what: string, value: number, baseline: number, unit: string, target?: number): Row {
  const measure = value / baseline;
  return {
    what,
    value: `${number(value)} ${unit}`,
    baseline: `${number(baseline)} ${unit}`,
    measure,
    target,
  };
}

export function number(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 4, useGrouping: false });
}

export function print({ title, rows }: Section): void {
  console.log(`\n${title}`);
  const cells = rows.map(({ what, value, baseline, measure, target }) => [
    what,
    value,
    baseline,
    measure === undefined ? "" : number(Number(measure.toPrecision(3))),
    target === undefined ? "" : `<= ${target}`,
    target === undefined || measure === undefined ? "" : measure <= target ? "pass" : "MISS",
  ]);
  const table = [["", "value", "against", "ratio", "target", ""], ...cells];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? [];
  for (const line of table) {
    console.log(
      line
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    );
  }
}
