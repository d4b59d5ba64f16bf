import { type PageConfig, renderPage } from "./index.js";
import { chooseLanguage } from "./language-choice.js";
import type { Texts } from "./languages/index.js";

/** A document, and the headers to send with it. */
export interface Page {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The page in each of its languages.
 *
 * @param languages at least one language tag; the first one is the default
 * @param readTexts reads a language's texts: once, when somebody first wants to read them
 * @returns makes the page for a request's `Accept-Language`
 */
export function pages(
  config: PageConfig,
  languages: readonly string[],
  readTexts: (language: string) => Texts,
): (acceptLanguage: string | undefined) => Page {
  const rendered = new Map<string, Page>();
  return (acceptLanguage) => {
    const language = chooseLanguage(acceptLanguage, languages);
    const page = rendered.get(language) ?? renderPage(config, language, readTexts(language));
    rendered.set(language, page);
    return page;
  };
}
