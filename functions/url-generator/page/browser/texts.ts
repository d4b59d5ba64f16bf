/** The page's texts in the visitor's language. */
import { fill } from "../fill.js";
import type { Texts } from "../languages/index.js";

/** What texts are made of. */
export interface Wording {
  /** A language tag, which also decides how times are written. */
  readonly language: string;
  readonly texts: Texts["script"];
  readonly vendorName: string;
}

let wording: Wording | undefined;

/** Has to be called before the first text is needed. */
export function useTexts(used: Wording): void {
  wording = used;
}

/** @param values what stands in place of each `{name}`; the vendor's name always does */
export function text(
  key: keyof Texts["script"],
  values: Readonly<Record<string, string | number>> = {},
): string {
  if (!wording) throw new Error("useTexts has to be called first.");
  return fill(wording.texts[key], { vendorName: wording.vendorName, ...values });
}

/** Whether the page is in a language, or in a variety of it. @param tag such as `en` */
export function isIn(tag: string): boolean {
  return wording?.language.split("-")[0] === tag;
}

/** A text that depends on a number. @param one for exactly one @param others for any other, with `{count}` */
export function counted(count: number, one: keyof Texts["script"], others: keyof Texts["script"]): string {
  return text(count === 1 ? one : others, { count });
}

/** A number as people write it. */
export function formatNumber(number: number): string {
  return new Intl.NumberFormat(wording?.language).format(number);
}

/** A moment as people write it. @param time as the API has it */
export function formatTime(time: string): string {
  return new Intl.DateTimeFormat(wording?.language, { dateStyle: "medium", timeStyle: "short" }).format(
    new Date(time),
  );
}
