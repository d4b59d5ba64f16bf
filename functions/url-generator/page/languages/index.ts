/** The page's texts, a file for each language. A missing text, or one that English does not have, does not get past the compiler or the tests. */
import type { GrantWords } from "../grants.js";
import de from "./de.json" with { type: "json" };
import en from "./en.json" with { type: "json" };
import es from "./es.json" with { type: "json" };
import fr from "./fr.json" with { type: "json" };
import deGrants from "./grants/de.json" with { type: "json" };
import enGrants from "./grants/en.json" with { type: "json" };
import esGrants from "./grants/es.json" with { type: "json" };
import frGrants from "./grants/fr.json" with { type: "json" };
import jaGrants from "./grants/ja.json" with { type: "json" };
import ptGrants from "./grants/pt.json" with { type: "json" };
import ja from "./ja.json" with { type: "json" };
import pt from "./pt.json" with { type: "json" };

/** What a page says in one language. `{name}` stands for a value, `**…**` for bold type, and backquotes for code. */
export interface Texts {
  /** Written into the document, where `**` and backquotes may be. */
  readonly document: Readonly<Record<keyof typeof en.document, string>>;
  /** Sent to the script, which shows them. */
  readonly script: Readonly<Record<keyof typeof en.script, string>>;
  /** What grants are described with. */
  readonly grants: GrantWords;
}

/** Those that come with the program, by language tag (BCP 47). The first one is what others are translated from. */
export const LANGUAGES = {
  en: { ...en, grants: enGrants },
  de: { ...de, grants: deGrants },
  fr: { ...fr, grants: frGrants },
  es: { ...es, grants: esGrants },
  ja: { ...ja, grants: jaGrants },
  pt: { ...pt, grants: ptGrants },
} as const satisfies Readonly<Record<string, Texts>>;
