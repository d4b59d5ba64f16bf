import { readFileSync } from "node:fs";
import { type Grants, tierNames } from "../domain/grants.js";
import type { PageConfig } from "./page/index.js";
import type { Choices } from "./request-schemas.js";

/**
 * The part of the program's configuration that the URL generator needs. It is a file beside the function's code, because logo and
 * grants are longer than a function's environment may be (4 KB in all).
 */
export interface UrlGeneratorConfig {
  /** The regions that are offered; others may still be served. */
  readonly regions: readonly string[];
  /** Those of them that AWS accounts have to opt in to. */
  readonly optInRegions: readonly string[];
  /** Those of them in which a whole organization can connect; none where organizations cannot. */
  readonly organizationRegions: readonly string[];
  /** How callers are authenticated; see the configuration value of that name. */
  readonly auth: "jwt" | "iam" | "none";
  /** With `jwt`, the claim of a token that names its tenant; otherwise "". */
  readonly tenantClaim: string;
  /** Who gets access, as customers see it. */
  readonly vendorName: string;
  readonly linkLifetimeHours: number;
  readonly pendingLinksPerAccount: number;
  readonly pendingLinksPerTenant: number;
  readonly connectionsPerAccount: number;
  /** `code`: a connection cannot be used until its tenant has entered the code that the customer's stack shows. */
  readonly confirmation: "none" | "code";
  /** What the template's role grants. */
  readonly grants: Grants;
  /** The template's trust policy, for customers who make the role themselves. */
  readonly trustPolicy: object;
  /** The path of customers' roles, with a slash at both ends. */
  readonly customerRolePath: string;
  /** With `iam`, and with `jwt` without a `loginUrl`, there is no page. */
  readonly page?: Omit<PageConfig, "grants" | "organizationRegions"> & {
    /** Language tags, of which the first is the default; each has a file of texts, see {@link textsFile}. */
    readonly languages: readonly string[];
  };
}

/** What callers choose from. */
export function choicesOf({
  auth,
  grants,
  regions,
}: Pick<UrlGeneratorConfig, "auth" | "grants" | "regions">): Choices {
  return { regions, tiers: tierNames(grants), namesTenant: auth === "iam" };
}

/** The files beside the function's code. */
export const CONFIG_FILE = "config.json";
export const OPEN_API_FILE = "openapi.json";

/** The file of the page's texts in one language: only that of a visitor's language is ever read. */
export function textsFile(language: string): string {
  return `texts.${language}.json`;
}

/** @throws Error if the function was deployed without one of its files */
export function readDeployedFile(name: string): string {
  return readFileSync(`${__dirname}/${name}`, "utf8");
}
