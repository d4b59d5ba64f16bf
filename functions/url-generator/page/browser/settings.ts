import { element } from "./elements.js";

/** What page/index.ts put into the document. */
export interface Settings {
  readonly vendorName: string;
  readonly auth: "jwt" | "none";
  readonly loginUrl: string;
  readonly confirmation: "none" | "code";
}

export const settings = JSON.parse(element("settings").textContent ?? "") as Settings;
