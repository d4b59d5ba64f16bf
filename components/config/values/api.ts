/** Who may call the API, and the links that it makes. */
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

/** More would let one tenant fill a topic's policy. */
const MOST = 100;

const countUpTo = wholeNumber(1, MOST, `use a whole number from 1 to ${MOST}`);

/** The parts of `jwt`. All of them are required with `auth: jwt`, which relations.ts checks. */
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
        `is ${shown(input)}: name the claim of your tokens that identifies the tenant, such as org_id, or sub if every user is a tenant.`,
    ),
  ),
};

export const apiValues = {
  auth: optional(
    v.picklist(
      ["jwt", "iam", "none"],
      ({ input }) =>
        `is ${shown(input)}: use jwt (your users' tokens), iam (signed requests, such as your back end's) or none (anybody, for a trial).`,
    ),
    {
      title: "How callers of the API are authenticated",
      description:
        "How callers of the API are authenticated. `jwt`: by a token from your identity provider, which names the tenant " +
        "(see `jwt`). `iam`: by a request signed with AWS credentials that may invoke the API, such as your back end's; " +
        "there is no page then. `none`: not at all, so that anybody can make links. Use `none` for trials only; `pulumi " +
        "up` warns about it.",
      default: "iam",
      example: "jwt",
    },
  ),
  jwt: optional(object(jwtParts, "issuer, audience and tenantClaim"), {
    title: "Which tokens the API accepts",
    description:
      "Which tokens the API accepts: required with `auth: jwt`, and not allowed otherwise. `issuer`: the `iss` of your " +
      "tokens, an https address from which their signing keys are found. `audience`: a list; every token must have one " +
      "of its values as `aud` or `client_id`. `tenantClaim`: the claim that names the tenant, such as `org_id`; a text. " +
      "Tokens need `iat` and `exp`, and are refused once they are older than a day.",
    default: {},
    example: { issuer: "https://login.example.com/", audience: ["onboarding"], tenantClaim: "org_id" },
  }),
  domain: optional(
    object(
      {
        name: v.optional(
          text(
            /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
            ({ input }) =>
              `is ${shown(input)}: use a domain name in lower case, such as connect.example.com.`,
          ),
        ),
        certificateArn: v.optional(
          text(
            /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
            ({ input }) =>
              `is ${shown(input)}: use the ARN of a certificate of AWS Certificate Manager, such as arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9.`,
          ),
        ),
      },
      "name and certificateArn",
    ),
    {
      title: "A domain name of your own",
      description:
        "A domain name of yours at which the API and the page are, beside the one that AWS gives them. `name`: the domain " +
        "name. `certificateArn`: a certificate for it in AWS Certificate Manager, in the home region. Your DNS has to lead there; " +
        "docs/deploying.md says how.",
      default: {},
      example: {
        name: "connect.example.com",
        certificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
      },
    },
  ),
  corsOrigins: optional(
    v.pipe(
      textList(
        ({ input }) => `must be a list of origins, such as https://app.example.com, not ${shown(input)}.`,
      ),
      check((origins) => firstProblem(origins, originProblem)),
    ),
    {
      title: "Websites that may call the API from a browser",
      description:
        "The origins of your own websites, if their pages call the API. The program's page does not have to be listed. " +
        "Not allowed with `auth: iam`.",
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
      title: "Whether tenants confirm connections with a code",
      description:
        "With `code`, a connection can be used only after its tenant has entered the code that the customer's stack " +
        "shows, so that nobody can trick a customer into connecting to the wrong tenant. Use it wherever anybody can sign " +
        "up.",
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
      description: "How long customers have to create the stack, counted from the moment the link is made.",
      unit: "hours",
      default: 24,
      example: 72,
    },
  ),
  pendingLinksPerAccount: optional(countUpTo, {
    title: "Links without a connection per AWS account",
    description:
      "How many links without a connection there may be for one AWS account in a region, for each tenant. Each of them takes up space in a " +
      "topic's policy: until a day after it expired or was cancelled, and as long as a stack that failed is there, for 30 days at most.",
    unit: "links",
    default: 5,
    example: 2,
  }),
  pendingLinksPerTenant: optional(countUpTo, {
    title: "Links without a connection per tenant",
    description:
      "How many such links one tenant may have in a region, for all accounts together. Callers without a tenant are not counted.",
    unit: "links",
    default: 20,
    example: 50,
  }),
  connectionsPerAccount: optional(countUpTo, {
    title: "Connections per AWS account",
    description:
      "How many connections one AWS account may have in a region, for each tenant, with the links that can still become one.",
    unit: "connections",
    default: 5,
    example: 10,
  }),
};

/** The address parsed, if it is https and has no user name or password in it. */
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
    : `has ${shown(origin)}: use https:// and a host, without a path, a trailing slash or a *, such as https://app.example.com.`;
}
