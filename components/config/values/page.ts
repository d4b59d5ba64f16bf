/** What customers see, on the page and in their stacks. */
import * as v from "valibot";
import { transliterate } from "../../../functions/domain/transliterate.js";
import { LANGUAGES } from "../../../functions/url-generator/page/languages/index.js";
import { check, map, optional, shown, text, textList, textOrNone } from "../schema-parts.js";
import { httpsUrl } from "./api.js";

const languages = Object.keys(LANGUAGES);

export const pageValues = {
  vendorName: optional(
    v.pipe(
      // Without control and format characters (\p{C}): a customer must be able to trust the name that is shown.
      text(/^[^\p{C}]{1,128}$/u, badName),
      v.check((name) => name.trim() === name, badName),
      check(asciiProblem),
    ),
    {
      title: "Your name, as customers see it",
      description:
        "Your company's name, in ASCII characters: it tells customers who gets access, before they create the stack. " +
        "Existing connections keep the name they were made with.",
      default: "onboarding",
      example: "Example Corp",
    },
  ),
  logo: optional(
    textOrNone(/\.(svg|png)$/i, ({ input }) => `is ${shown(input)}: use the path of an SVG or PNG file.`),
    {
      title: "Logo on the page",
      description:
        "The path of an SVG or PNG file of at most 32 KB, inside the project's folder. Without one, the page shows the " +
        "initial of your name.",
      default: "",
      example: "assets/logo.svg",
    },
  ),
  brandColor: optional(
    textOrNone(
      /^#[0-9a-f]{6}$/i,
      ({ input }) => `is ${shown(input)}: use a # and six hexadecimal digits, such as "#1d56c9", in quotes.`,
    ),
    {
      title: "Your color on the page",
      description:
        "The color of buttons, links and the selected step, as `#` and six hexadecimal digits. Buttons have it as it is, with black or " +
        "white text; where nobody could read it as a text, the page uses a darker or a lighter one.",
      default: "",
      example: "#7b2d8e",
    },
  ),
  languages: optional(
    v.pipe(
      textList(({ input }) => `must be a list of language tags, not ${shown(input)}.`),
      v.minLength(1, "is empty: name at least one language, such as en."),
      check((tags) => languagesProblem(tags)),
    ),
    {
      title: "The page's languages",
      description:
        "The languages that the page has, as tags such as `de` or `pt-BR`. A visitor gets the one that their browser asks " +
        "for, and the first one if it asks for none of them. A language that this program has no texts in needs all of " +
        "them in `texts`.",
      default: languages,
      example: ["de", "en"],
    },
  ),
  texts: optional(map(map(text(/^/, badText), "texts by their names"), "texts by language tag"), {
    title: "Your own texts on the page",
    description:
      "Texts to use instead of the page's own, by language and name. docs/page.md says where the names are. `{vendorName}` and other " +
      "names in braces stand for values.",
    default: {},
    example: { en: { startTitle: "Connect AWS to Example Corp" } },
  }),
  loginUrl: optional(
    v.pipe(
      v.string(badLoginUrl),
      v.check((address) => address === "" || httpsUrl(address) !== undefined, badLoginUrl),
    ),
    {
      title: "Where visitors sign in",
      description:
        "Where the page sends visitors to sign in, and from where your application sends them back with a token; docs/page.md " +
        "describes how. Only with `auth: jwt`, which has no page without it.",
      default: "",
      example: "https://app.example.com/connect",
    },
  ),
};

function languagesProblem(tags: readonly string[]): string | undefined {
  const wrong = tags.find((tag) => !/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(tag));
  if (wrong !== undefined) return `has ${shown(wrong)}: use a language tag, such as de or pt-BR.`;
  const repeated = tags.find((tag, index) => tags.indexOf(tag) !== index);
  return repeated === undefined ? undefined : `has ${shown(repeated)} twice: name each language once.`;
}

function badText({ input }: { readonly input: unknown }): string {
  return `has ${shown(input)}, which is no text: put it into quotes.`;
}

function badName({ input }: { readonly input: unknown }): string {
  return `is ${shown(input)}: use 1 to 128 printable characters without a space at either end; it tells customers who gets access.`;
}

/**
 * The name becomes a parameter of customers' stacks, and the receiver compares it with the connection's. CloudFormation returns "?" in
 * place of characters outside ASCII (aws-cloudformation/cloudformation-coverage-roadmap #814, #1220).
 */
function asciiProblem(name: string): string | undefined {
  if (/^[\x20-\x7e]*$/.test(name)) return undefined;
  const suggestion = transliterate(name);
  const instead = suggestion === "" ? "write it in ASCII letters" : `use "${suggestion}", for example`;
  return `is ${shown(name)}: CloudFormation shows "?" in place of characters outside ASCII; ${instead}.`;
}

function badLoginUrl({ input }: { readonly input: unknown }): string {
  return `is ${shown(input)}: use an https address, such as https://app.example.com/connect.`;
}
