/** A reason can be as long as a response; a record does not need all of it. In characters. */
const MAX_CHARACTERS = 1000;

/** Text for people, without control and format characters and lone surrogates: parts of it come from a customer. */
export function plain(text: string): string {
  return [...text.replace(/\p{C}+/gu, " ")].slice(0, MAX_CHARACTERS).join("");
}
