/** The page's texts: those that come with the program, and the vendor's own in their place. */
import { placeholdersOf } from "../../functions/url-generator/page/fill.js";
import { LANGUAGES, type Texts } from "../../functions/url-generator/page/languages/index.js";
import { firstProblem, shown } from "./schema-parts.js";

/** By language tag, then by the text's name. */
export type OwnTexts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What the vendor's own texts are checked against. */
const ENGLISH: Readonly<Record<string, string>> = { ...LANGUAGES.en.document, ...LANGUAGES.en.script };

/** In characters. */
const MAX_LENGTH = 1000;

/** The texts of one language as the page gets them. */
export function textsIn(language: string, own: OwnTexts): Texts {
  const { document, script, grants } =
    (LANGUAGES as Readonly<Record<string, Texts>>)[language] ?? LANGUAGES.en;
  const change = <TSection extends object>(section: TSection): TSection => ({
    ...section,
    ...Object.fromEntries(Object.entries(own[language] ?? {}).filter(([name]) => name in section)),
  });
  return { document: change(document), script: change(script), grants };
}

/** @param name the configuration value that the own texts are in */
export function languageProblem(language: string, own: OwnTexts, name: string): string | undefined {
  const tags = Object.keys(LANGUAGES);
  return [...tags, ...Object.keys(own)].includes(language)
    ? undefined
    : `has ${shown(language)}, which this program has no texts in: use ${tags.join(", ")}, or give all texts of ${shown(language)} in ${name}.`;
}

/**
 * @param languages those that the page has
 * @param name the configuration value that they are in
 */
export function textsProblem(own: OwnTexts, languages: readonly string[], name: string): string | undefined {
  return firstProblem(Object.entries(own), ([language, texts]) => {
    if (!languages.includes(language))
      return `has texts in ${shown(language)}, which is not in ${name}: add it there, or take the texts out.`;
    const missing = Object.keys(ENGLISH).filter((key) => !(key in texts));
    return (
      firstProblem(Object.entries(texts), ([key, text]) => textProblem(language, key, text)) ??
      (language in LANGUAGES || missing.length === 0
        ? undefined
        : `lacks ${missing.length} of the ${Object.keys(ENGLISH).length} texts in ${shown(language)}, which this program has none in: ${missing.slice(0, 3).join(", ")}${missing.length > 3 ? " …" : ""}.`)
    );
  });
}

function textProblem(language: string, key: string, text: string): string | undefined {
  const where = `has ${shown(key)} in ${shown(language)}`;
  const usual = ENGLISH[key];
  if (usual === undefined)
    return `${where}: the page has no text of that name; docs/page.md says where the names are.`;
  if (text.trim() === "" || text.length > MAX_LENGTH || /\p{Cc}/u.test(text))
    return `${where} as ${shown(text.slice(0, 60))}: use 1 to ${MAX_LENGTH} characters, in one line.`;
  const [extra] = placeholdersOf(text).filter((placeholder) => !placeholdersOf(usual).includes(placeholder));
  if (extra === undefined) return undefined;
  const possible = placeholdersOf(usual).map((placeholder) => `{${placeholder}}`);
  return `${where} with {${extra}}, which nothing fills in there: ${possible.length > 0 ? `it can have ${possible.join(" and ")}` : "it has no {…}"}.`;
}
