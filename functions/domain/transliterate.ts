/** Characters that Unicode does not decompose into ASCII ones. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  ẞ: "SS",
  Æ: "AE",
  æ: "ae",
  Œ: "OE",
  œ: "oe",
  Ø: "O",
  ø: "o",
  Ł: "L",
  ł: "l",
  Đ: "D",
  đ: "d",
  Ð: "D",
  ð: "d",
  Þ: "Th",
  þ: "th",
  Ħ: "H",
  ħ: "h",
  ı: "i",
  "‘": "'",
  "’": "'",
  "“": '"',
  "”": '"',
  "–": "-",
  "—": "-",
  "·": "-",
};

/**
 * A name in ASCII: letters lose their accents, and what has no counterpart is left out.
 *
 * @returns "" if nothing is left that could be a name
 * @example transliterate("Müller & Søn") // Muller & Son
 */
export function transliterate(name: string): string {
  const ascii = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\x20-\x7e]/gu, (letter) => LETTERS[letter] ?? " ")
    .replace(/ +/g, " ")
    .trim();
  return /[a-zA-Z0-9]/.test(ascii) ? ascii : "";
}
