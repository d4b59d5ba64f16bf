/** What customers see, on the page and in their stacks. */
import * as v from "valibot";
import { transliterate } from "../../../functions/domain/transliterate.js";
import { check, optional, shown, text, textOrNone } from "../schema-parts.js";
import { httpsUrl } from "./api.js";

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
