import { element } from "./elements.js";

/** The part of the page's configuration that page/index.ts puts into the document. */
export interface BrowserConfig {
  readonly vendorName: string;
  readonly auth: "jwt" | "none";
  readonly loginUrl: string;
  readonly tenantClaim: string;
  readonly confirmation: "none" | "code";
}

export const config = JSON.parse(element("config").textContent ?? "") as BrowserConfig;
