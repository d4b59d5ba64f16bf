/** Text tables. */

/** Pads every cell to the width of its column. @param alignNumbers right-aligns all columns but the first */
export function alignColumns(
  rows: readonly (readonly string[])[],
  { alignNumbers = false } = {},
): readonly (readonly string[])[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, column) =>
      alignNumbers && column > 0 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    ),
  );
}

/** A table in Markdown. @param rows the first is the header */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [header = [], ...body] = alignColumns(rows);
  const rule = header.map((cell) => "-".repeat(cell.length));
  return [header, rule, ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
