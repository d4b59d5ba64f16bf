/** Where a command writes, and the exit code that it ends with. */
import { randomUUID } from "node:crypto";
import { styleText } from "node:util";

/** Where text goes. */
export interface Output {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  /** Whether colour is seen and wanted there. @default neither */
  readonly colours?: { readonly out: boolean; readonly error: boolean };
}

export interface Terminal {
  /** Writes to standard output. */
  readonly out: (text: string) => void;
  /** Writes to standard error. */
  readonly error: (text: string) => void;
  exitCode: number;
}

/** What a style says of a text. */
const STYLES = { heading: "bold", good: "green", bad: "red", open: "yellow", past: "gray" } as const;

export type Style = keyof typeof STYLES;

/** Around what is styled. Nobody who writes into a record can know it, so that nothing in a record is taken for a style. */
const MARK = randomUUID();
const STYLED = new RegExp(`${MARK}(\\w+) ([^]*?)${MARK}`, "g");

/** Text that has a style where colour is seen. @param text without another one */
export function styled(style: Style, text: string): string {
  return `${MARK}${style} ${text}${MARK}`;
}

/** A terminal that takes whatever commands write: everything that they print goes through here. */
export function terminalOn({ out, error, colours }: Output): Terminal {
  return {
    out: (text) => out(painted(printable(text), colours?.out)),
    error: (text) => error(painted(printable(text), colours?.error)),
    exitCode: 0,
  };
}

/** Whether colour is seen on a stream, and wanted: https://no-color.org and https://force-color.org. */
export function hasColours(
  stream: Pick<NodeJS.WriteStream, "isTTY" | "hasColors">,
  { NO_COLOR, FORCE_COLOR }: NodeJS.ProcessEnv = process.env,
): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return stream.isTTY && stream.hasColors();
}

/** @param inColour without it, styles are left out */
function painted(text: string, inColour = false): string {
  return text.replace(STYLED, (_, style: Style, words: string) =>
    // Whether colour is wanted is known already.
    inColour ? styleText(STYLES[style], words, { validateStream: false }) : words,
  );
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

/** No row of a table should be longer, so that none is broken in a window of usual width. */
export const WIDTH = 100;

/** Formats rows as columns, each as wide as its widest cell. No cell begins a row. */
export function columns(table: readonly (readonly string[])[]): string {
  const rows = table.map((row) => row.map((cell) => printable(cell).replaceAll("\n", "\\n")));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => lengthOf(row[column]))));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          // Nothing follows the last one.
          column === row.length - 1 ? cell : cell + " ".repeat((widths[column] ?? 0) - lengthOf(cell)),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** The same, below headings. */
export function tableOf(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return columns([headings.map((heading) => styled("heading", heading)), ...rows]);
}

/** As it is seen: without styles. */
function lengthOf(cell = ""): number {
  return painted(cell).length;
}

/** A number of things, such as "1 connection" or "3 connections". */
export function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
