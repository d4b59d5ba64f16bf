import { readFileSync } from "node:fs";
import type { PageConfig } from "./page/index.js";

/**
 * What the program's configuration says to the URL generator. Logo and permissions are longer than a function's variables
 * may be (4 KB in all), so that it comes as a file beside the function's code.
 */
export interface UrlGeneratorConfig {
  /** The regions that are offered; those that are served may be more. */
  readonly regions: readonly string[];
  /** How callers are recognised; see the configuration value of that name. */
  readonly auth: "jwt" | "iam" | "none";
  /** With `jwt`, the claim of a token that names its tenant; otherwise "". */
  readonly tenantClaim: string;
  /** Who gets access, as customers read it. */
  readonly vendorName: string;
  readonly linkLifetimeHours: number;
  readonly pendingLinksPerAccount: number;
  readonly pendingLinksPerTenant: number;
  /** `code`: a connection is not usable before its tenant has entered the code that the customer's stack shows. */
  readonly confirmation: "none" | "code";
  /** With `iam` there is no page. */
  readonly page?: PageConfig;
}

/** The files beside the function's code. */
export const CONFIG_FILE = "config.json";
export const OPEN_API_FILE = "openapi.json";

/** @throws Error if the function was deployed without one of its files */
export function readDeployedFile(name: string): string {
  return readFileSync(`${__dirname}/${name}`, "utf8");
}
