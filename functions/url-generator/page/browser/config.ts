import type { Texts } from "../languages/index.js";
import { element } from "./elements.js";
import { useTexts } from "./texts.js";

/** The part of the page's configuration that page/index.ts puts into the document. */
export interface BrowserConfig {
  readonly vendorName: string;
  readonly auth: "jwt" | "none";
  readonly loginUrl: string;
  readonly tenantClaim: string;
  readonly confirmation: "none" | "code";
  readonly organizationRegions: readonly string[];
  /** A language tag. */
  readonly language: string;
  readonly texts: Texts["script"];
}

export const config = JSON.parse(element("config").textContent ?? "") as BrowserConfig;
useTexts(config);
