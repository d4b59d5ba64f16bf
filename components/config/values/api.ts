/** Who may ask for links, and how many. */
import * as v from "valibot";
import { MAX_LINK_LIFETIME_HOURS } from "../../../functions/url-generator/limits.js";
import {
  check,
  firstProblem,
  object,
  optional,
  shown,
  text,
  textList,
  wholeNumber,
} from "../schema-parts.js";

/** More would let one tenant use up what a topic's policy has room for. */
const MAX_PENDING_LINKS = 100;

const pendingLinks = wholeNumber(1, MAX_PENDING_LINKS, `use a whole number from 1 to ${MAX_PENDING_LINKS}`);

/** The parts of `jwt`. With `auth: jwt` all of them are needed. */
export const jwtParts = {
  issuer: v.optional(
    v.pipe(
      v.string(badIssuer),
      v.check((input) => isIssuer(input), badIssuer),
    ),
  ),
  audience: v.optional(
    v.pipe(
      textList(badAudience),
      v.check(
        (audience) => audience.length > 0 && audience.every((entry) => /^[\x21-\x7e]{1,256}$/.test(entry)),
        badAudience,
      ),
    ),
  ),
  tenantClaim: v.optional(
    text(
      /^[\x21-\x7e]{1,128}$/,
      ({ input }) =>
        `is ${shown(input)}: name the claim of your tokens that says which customer of yours it is, such as org_id, or sub for each user.`,
    ),
  ),
};

export const apiValues = {
  auth: optional(
    v.picklist(
      ["jwt", "iam", "none"],
      ({ input }) =>
        `is ${shown(input)}: use jwt (tokens of your own users), iam (signed requests, such as your back end's) or none (everybody, for a trial).`,
    ),
    {
      title: "Who may ask for links",
      description:
        "How callers of the API are recognized. `jwt`: by a token of your identity provider, which says which of your customers " +
        "it is (see `jwt`). `iam`: by a signed request of somebody who may invoke the API, such as your back end; there is no " +
        "page then. `none`: not at all. Anybody can make links, so use it for a trial only; `pulumi up` warns of it.",
      default: "iam",
      example: "jwt",
    },
  ),
  jwt: optional(object(jwtParts, "issuer, audience and tenantClaim"), {
    title: "Whose tokens the API takes",
    description:
      "With `auth: jwt`, and only then. `issuer`: the https address that your tokens have as `iss`; the issuer's keys are found " +
      "from there. `audience`: a list; a token must have one of these as its `aud` or `client_id`. `tenantClaim`: the claim " +
      "that says which of your customers it is, such as `org_id`.",
    default: {},
    example: { issuer: "https://login.example.com/", audience: ["onboarding"], tenantClaim: "org_id" },
  }),
  corsOrigins: optional(
    v.pipe(
      textList(
        ({ input }) => `must be a list of origins, such as https://app.example.com, not ${shown(input)}.`,
      ),
      check((origins) => firstProblem(origins, originProblem)),
    ),
    {
      title: "Sites that may call the API",
      description:
        "The sites whose pages may call the API from a browser, each as `https://` and a host. The program's own page needs none.",
      default: [],
      example: ["https://app.example.com"],
    },
  ),
  confirmation: optional(
    v.picklist(
      ["none", "code"],
      ({ input }) =>
        `is ${shown(input)}: use code (the tenant enters a code that the customer's stack shows) or none.`,
    ),
    {
      title: "Whether a connection must be confirmed",
      description:
        "`code`: a connection cannot be used before its tenant has entered a code that the customer's stack shows, so that nobody " +
        "can trick a customer into connecting to the wrong tenant. Use it wherever anybody can sign up. `none`: no code.",
      default: "none",
      example: "code",
    },
  ),
  linkLifetimeHours: optional(
    wholeNumber(
      1,
      MAX_LINK_LIFETIME_HOURS,
      `use a whole number from 1 to ${MAX_LINK_LIFETIME_HOURS} (a week)`,
    ),
    {
      title: "How long a link can be used",
      description: "How long a customer has, from the moment a link is made, to create the stack.",
      unit: "hours",
      default: 24,
      example: 72,
    },
  ),
  pendingLinksPerAccount: optional(pendingLinks, {
    title: "Pending links of one account",
    description:
      "How many links for one AWS account may wait to be used at the same time. Each takes up room in a topic's policy.",
    unit: "links",
    default: 5,
    example: 2,
  }),
  pendingLinksPerTenant: optional(pendingLinks, {
    title: "Pending links of one tenant",
    description:
      "How many links of one tenant may wait to be used at the same time. Callers without a tenant are not counted.",
    unit: "links",
    default: 20,
    example: 50,
  }),
};

/** An https address without a name and a password in it. */
export function httpsUrl(address: string): URL | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.protocol === "https:" && url.username === "" && url.password === "" ? url : undefined;
}

function isIssuer(issuer: string): boolean {
  const url = httpsUrl(issuer);
  return url !== undefined && url.search === "" && url.hash === "";
}

function badIssuer({ input }: { readonly input: unknown }): string {
  return `is ${shown(input)}: use the https address that your tokens have as iss, such as https://login.example.com/.`;
}

function badAudience({ input }: { readonly input: unknown }): string {
  return `is ${shown(input)}: list at least one value that your tokens have as aud or client_id. Without one, tokens that the issuer made for any other application would be accepted.`;
}

function originProblem(origin: string): string | undefined {
  return httpsUrl(origin)?.origin === origin && !origin.includes("*")
    ? undefined
    : `has ${shown(origin)}: use https:// and a host, without a path, a slash at the end or a *, such as https://app.example.com.`;
}
