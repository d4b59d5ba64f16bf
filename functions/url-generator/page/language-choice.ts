/**
 * Chooses the language of a visitor: a lookup as in RFC 4647, section 3.4, so that `de-AT` gets `de`.
 *
 * @param header the request's `Accept-Language` (RFC 9110, section 12.5.4); anybody may have written it
 * @param offered at least one language tag; the first one is the default
 */
export function chooseLanguage(header: string | undefined, offered: readonly string[]): string {
  const [fallback = ""] = offered;
  for (const wanted of rangesOf(header ?? "")) {
    if (wanted === "*") return fallback;
    const parts = wanted.split("-");
    for (let length = parts.length; length > 0; length--) {
      const tag = parts.slice(0, length).join("-");
      const found = offered.find((language) => language.toLowerCase() === tag);
      if (found) return found;
    }
  }
  return fallback;
}

/** More than any browser sends. */
const MAX_RANGES = 20;

/** As long as a language tag gets (RFC 5646, section 4.4.1). In characters. */
const MAX_RANGE_LENGTH = 35;

/** In lower case, the most wanted first; without those that are not wanted at all. */
function rangesOf(header: string): string[] {
  return header
    .toLowerCase()
    .split(",", MAX_RANGES)
    .map((part) => {
      const [range = "", ...parameters] = part.split(";").map((word) => word.trim());
      const weight = parameters.find((parameter) => parameter.startsWith("q="));
      return { range, weight: weight === undefined ? 1 : Number(weight.slice(2)) };
    })
    .filter(({ range, weight }) => range !== "" && range.length <= MAX_RANGE_LENGTH && weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ range }) => range);
}
