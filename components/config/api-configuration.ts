import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";

/**
 * How a caller of the API is recognised: `jwt` wants a token that names its tenant, `iam` a signed request, `none` asks nobody.
 */
export type Auth = "jwt" | "iam" | "none";

/** Whose tokens the API takes, and which of their claims names the tenant. */
export interface JwtConfiguration {
  /** The `iss` of the tokens; the issuer's keys are found from there. */
  issuer: string;
  /** A token has to have one of these as its `aud` or `client_id`. */
  audience: string[];
  tenantClaim: string;
}

/** What the configuration says about the API and its page. */
export interface ApiConfiguration {
  auth: Auth;
  /** With `auth: jwt`, and only then. */
  jwt: JwtConfiguration | undefined;
  /** Where a visitor of the page gets a new token; "" for nowhere. */
  loginUrl: string;
  /** The sites whose pages may call the API from a browser. */
  corsOrigins: string[];
  pendingLinksPerAccount: number;
  pendingLinksPerTenant: number;
  /** The vendor's logo as a data: URI; "" for none. */
  logo: string;
  /** `code`: a connection is usable once its tenant has entered the code that the customer's stack shows. */
  confirmation: "none" | "code";
}

/** What holds when the configuration says nothing. */
export const apiDefaults = {
  auth: "iam",
  jwt: {},
  loginUrl: "",
  corsOrigins: [],
  pendingLinksPerAccount: 5,
  pendingLinksPerTenant: 20,
  logo: "",
  confirmation: "none",
} as const;

/** More would let one tenant use up what a topic's policy has room for. */
const MAX_PENDING_LINKS = 100;

/** The page is one document with the logo in it, and is to open fast. */
const MAX_LOGO_BYTES = 32_768;

const LOGO_TYPES: Readonly<Record<string, { type: string; beginsWith: RegExp }>> = {
  svg: { type: "image/svg+xml", beginsWith: /^\uFEFF?\s*<(\?xml|!--|svg)/ },
  png: { type: "image/png", beginsWith: /^\x89PNG/ },
};

const projectFolder = new URL("../..", import.meta.url);

/**
 * @param read a value of the configuration by its name; undefined where there is none
 * @throws pulumi.RunError naming the first value that does not do
 */
export function readApiConfiguration(read: (key: keyof ApiConfiguration) => unknown): ApiConfiguration {
  const value = (key: keyof ApiConfiguration) => read(key) ?? apiDefaults[key];
  const auth = checkAuth(value("auth"));
  return {
    auth,
    jwt: checkJwt(value("jwt"), auth),
    loginUrl: checkLoginUrl(value("loginUrl"), auth),
    corsOrigins: checkCorsOrigins(value("corsOrigins"), auth),
    pendingLinksPerAccount: checkPendingLinks("pendingLinksPerAccount", value("pendingLinksPerAccount")),
    pendingLinksPerTenant: checkPendingLinks("pendingLinksPerTenant", value("pendingLinksPerTenant")),
    logo: readLogo(value("logo")),
    confirmation: checkConfirmation(value("confirmation")),
  };
}

function checkAuth(auth: unknown): Auth {
  if (auth !== "jwt" && auth !== "iam" && auth !== "none") {
    throw new pulumi.RunError(
      `onboarding:auth is ${shown(auth)}: use jwt (tokens of your own users), iam (signed requests, such as your back end's) or none (everybody, for a trial).`,
    );
  }
  return auth;
}

function checkJwt(jwt: unknown, auth: Auth): JwtConfiguration | undefined {
  if (typeof jwt !== "object" || jwt === null || Array.isArray(jwt)) {
    throw new pulumi.RunError(
      `onboarding:jwt must have issuer, audience and tenantClaim, not ${JSON.stringify(jwt)}.`,
    );
  }
  const { issuer, audience, tenantClaim, ...others } = jwt as Record<string, unknown>;
  for (const other of Object.keys(others)) {
    throw new pulumi.RunError(
      `onboarding:jwt has "${other}": there are only issuer, audience and tenantClaim.`,
    );
  }
  if (auth !== "jwt") {
    if (Object.keys(jwt).length === 0) return undefined;
    throw new pulumi.RunError(
      `onboarding:jwt is set, but onboarding:auth is ${auth}: set auth to jwt, or take jwt out.`,
    );
  }
  return {
    issuer: checkIssuer(issuer),
    audience: checkAudience(audience),
    tenantClaim: checkTenantClaim(tenantClaim),
  };
}

function checkIssuer(issuer: unknown): string {
  const url = typeof issuer === "string" ? httpsUrl(issuer) : undefined;
  if (typeof issuer !== "string" || !url || url.search !== "" || url.hash !== "") {
    throw new pulumi.RunError(
      `onboarding:jwt.issuer is ${shown(issuer)}: use the https address that your tokens have as iss, such as https://login.example.com/.`,
    );
  }
  return issuer;
}

function checkAudience(audience: unknown): string[] {
  const fits = (entry: unknown) => typeof entry === "string" && /^[\x21-\x7e]{1,256}$/.test(entry);
  if (!Array.isArray(audience) || audience.length === 0 || !audience.every(fits)) {
    throw new pulumi.RunError(
      `onboarding:jwt.audience is ${shown(audience)}: list at least one value that your tokens have as aud or client_id. Without one, tokens that the issuer made for any other application would do.`,
    );
  }
  return audience;
}

function checkTenantClaim(claim: unknown): string {
  if (typeof claim !== "string" || !/^[\x21-\x7e]{1,128}$/.test(claim)) {
    throw new pulumi.RunError(
      `onboarding:jwt.tenantClaim is ${shown(claim)}: name the claim of your tokens that says which customer of yours it is, such as org_id, or sub for each user.`,
    );
  }
  return claim;
}

function checkLoginUrl(address: unknown, auth: Auth): string {
  if (address === "") return "";
  if (auth !== "jwt") {
    throw new pulumi.RunError(
      `onboarding:loginUrl is set, but onboarding:auth is ${auth}, with which nobody logs in: set auth to jwt, or take loginUrl out.`,
    );
  }
  if (typeof address !== "string" || !httpsUrl(address)) {
    throw new pulumi.RunError(
      `onboarding:loginUrl is ${shown(address)}: use an https address, such as https://app.example.com/connect.`,
    );
  }
  return address;
}

function checkCorsOrigins(origins: unknown, auth: Auth): string[] {
  if (!Array.isArray(origins)) {
    throw new pulumi.RunError(
      `onboarding:corsOrigins must be a list of origins, such as https://app.example.com, not ${JSON.stringify(origins)}.`,
    );
  }
  if (origins.length > 0 && auth === "iam") {
    throw new pulumi.RunError(
      "onboarding:corsOrigins is for pages that call the API from a browser, and onboarding:auth is iam, with which your back end calls it: take corsOrigins out, or set auth to jwt.",
    );
  }
  for (const origin of origins) {
    if (typeof origin !== "string" || httpsUrl(origin)?.origin !== origin || origin.includes("*")) {
      throw new pulumi.RunError(
        `onboarding:corsOrigins has ${shown(origin)}: use https:// and a host, without a path, a slash at the end or a *, such as https://app.example.com.`,
      );
    }
  }
  return origins;
}

function checkPendingLinks(name: "pendingLinksPerAccount" | "pendingLinksPerTenant", most: unknown): number {
  if (!Number.isInteger(most) || Number(most) < 1 || Number(most) > MAX_PENDING_LINKS) {
    throw new pulumi.RunError(
      `onboarding:${name} is ${shown(most)}: use a whole number from 1 to ${MAX_PENDING_LINKS}.`,
    );
  }
  return Number(most);
}

/** The image itself and not its address: the page makes no request to any other host. */
function readLogo(path: unknown): string {
  if (path === "") return "";
  const refuse = (reason: string) => new pulumi.RunError(`onboarding:logo is ${shown(path)}: ${reason}.`);
  const kind = LOGO_TYPES[/\.(\w+)$/.exec(String(path))?.[1]?.toLowerCase() ?? ""];
  if (typeof path !== "string" || !kind) throw refuse("use the path of an SVG or PNG file");
  const file = new URL(path, projectFolder);
  if (!file.href.startsWith(projectFolder.href)) {
    throw refuse("use a path within the project's folder, such as assets/logo.svg");
  }
  let image: Buffer;
  try {
    image = readFileSync(fileURLToPath(file));
  } catch {
    throw refuse("there is no such file in the project's folder");
  }
  if (image.length > MAX_LOGO_BYTES) {
    throw refuse(`the file has ${image.length} bytes, and the page takes ${MAX_LOGO_BYTES} at most`);
  }
  if (!kind.beginsWith.test(image.toString(kind.type === "image/png" ? "latin1" : "utf8"))) {
    throw refuse("its content is not what its name says");
  }
  return `data:${kind.type};base64,${image.toString("base64")}`;
}

function checkConfirmation(confirmation: unknown): "none" | "code" {
  if (confirmation !== "none" && confirmation !== "code") {
    throw new pulumi.RunError(
      `onboarding:confirmation is ${shown(confirmation)}: use code (the tenant enters a code that the customer's stack shows) or none.`,
    );
  }
  return confirmation;
}

function httpsUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === "https:" && url.username === "" && url.password === "" ? url : undefined;
}

function shown(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value);
}
