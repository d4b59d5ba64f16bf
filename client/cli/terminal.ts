/** Where a command writes, and the exit code that it ends with. */
export interface Terminal {
  /** Writes to standard output. */
  readonly out: (text: string) => void;
  /** Writes to standard error. */
  readonly error: (text: string) => void;
  exitCode: number;
}

/** A terminal that takes whatever commands write: everything that they print goes through here. */
export function terminalOn({ out, error }: Pick<Terminal, "out" | "error">): Terminal {
  return { out: (text) => out(printable(text)), error: (text) => error(printable(text)), exitCode: 0 };
}

/**
 * Text with escapes in place of control and format characters and lone surrogates: customers and tenants wrote parts of it, and a terminal
 * obeys some of them. In JSON it stays the same text.
 */
function printable(text: string): string {
  return text.replace(/[^\P{C}\n]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

/** Formats rows as columns, each as wide as its widest cell. No cell begins a row. */
export function columns(table: readonly (readonly string[])[]): string {
  const rows = table.map((row) => row.map((cell) => printable(cell).replaceAll("\n", "\\n")));
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** A number of things, such as "1 connection" or "3 connections". */
export function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
