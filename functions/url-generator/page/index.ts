/**
 * The onboarding page: one HTML document with its styles, its script and its texts inline, the same for every visitor who reads the same
 * language. Everything else it needs it gets from the API that it came from.
 */

import script from "browser:./browser/main.ts";
import { createHash } from "node:crypto";
import { type Grants, grantsOfTier, type Tier, type TierGrants, tierNames } from "../../domain/grants.js";
import { brandStyles } from "./brand.js";
import { fill } from "./fill.js";
import { describeGrants, type GrantGroup, grantsInWords } from "./grants.js";
import type { Texts } from "./languages/index.js";
import { escapeMarkup, markup } from "./markup.js";
import styles from "./page.css";
import document from "./page.html";
import type { Page } from "./pages.js";

/** What the page shows of its vendor, and how it calls the API. */
export interface PageConfig {
  /** Who gets access. */
  readonly vendorName: string;
  /** An image as a `data:` URI; if it is empty, the page shows the first letter of the vendor's name. */
  readonly logo: string;
  /** `jwt`: the API needs a token, which visitors bring from the vendor's application. `none`: anyone may call it. */
  readonly auth: "jwt" | "none";
  /** As in `#1d56c9`; "" for the page's own. */
  readonly brandColor: string;
  /** With `jwt`, where visitors sign in; otherwise "". */
  readonly loginUrl: string;
  /** With `jwt`, the claim of a token that names its tenant; otherwise "". */
  readonly tenantClaim: string;
  /** What the template's role grants. */
  readonly grants: Grants;
  /** `code`: a connection has to be confirmed with the code that the customer's stack shows. */
  readonly confirmation: "none" | "code";
  /** Where a whole organization can connect; none where organizations cannot. */
  readonly organizationRegions: readonly string[];
}

/**
 * @param language the tag of the texts' language
 * @returns the document and the headers to send with it
 */
export function renderPage(config: PageConfig, language: string, texts: Texts): Page {
  const { vendorName, logo, auth, loginUrl, tenantClaim, confirmation, grants, organizationRegions } = config;
  const sheet = `${styles}${brandStyles(config.brandColor)}`;
  const browserConfig = {
    vendorName,
    auth,
    loginUrl,
    tenantClaim,
    confirmation,
    organizationRegions,
    language,
    texts: texts.script,
  };
  const values = {
    vendorName: escapeMarkup(vendorName),
    // The script fills it in.
    account: `<b id="stack-account" class="whole-word"></b>`,
  };
  const sentences = Object.entries({ ...texts.script, ...texts.document }).map(
    ([name, text]) => [name, fill(markup(text), values)] as const,
  );
  const parts: Readonly<Record<string, string>> = {
    ...Object.fromEntries(sentences),
    language: escapeMarkup(language),
    vendorName: values.vendorName,
    mark: logo === "" ? monogram(vendorName) : `<img src="${escapeMarkup(logo)}" alt="">`,
    grants: eachTier(grants, (granted) => describeGrants(granted, texts.grants).map(renderGroup).join("")),
    actions: eachTier(
      grants,
      (granted) =>
        `<ul class="exact">${listed(granted, texts)
          .map((name) => `<li><code>${escapeMarkup(name)}</code></li>`)
          .join("")}</ul>`,
    ),
    tiers: choiceOf(grants.tiers, texts),
    styles: `<style>${sheet}</style>`,
    script: `<script type="application/json" id="config">${json(browserConfig)}</script><script>${script}</script>`,
  };
  const body = document.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`page.html has {{${name}}}, which nothing fills in.`);
    return part;
  });
  return {
    body,
    headers: { ...HEADERS, "Content-Language": language, "Content-Security-Policy": policyFor(sheet) },
  };
}

/** Of each tier one part, of which the script shows that of the chosen one. */
function eachTier(grants: Grants, render: (granted: TierGrants) => string): string {
  return tierNames(grants)
    .map(
      (tier, index) =>
        `<div data-tier="${tier}"${index > 0 ? " hidden" : ""}>${render(grantsOfTier(grants, tier))}</div>`,
    )
    .join("");
}

/** A choice between the tiers, each with what it adds to what every role allows; nothing where there is none to make. */
function choiceOf(tiers: readonly Tier[], { document: texts, grants: words }: Texts): string {
  if (tiers.length < 2) return "";
  const options = tiers.map(({ name, ...own }, index) => {
    const added = grantsInWords(own, words);
    const detail =
      added.length > 0 ? fill(texts.tierAdds, { grants: added.join("; ") }) : texts.tierAddsNothing;
    const title = `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll("-", " ")}`;
    return `<label><input type="radio" name="tier" value="${name}"${index === 0 ? " checked" : ""}><span><b>${title}</b> <span class="help">${escapeMarkup(detail)}</span></span></label>`;
  });
  return `<fieldset class="field choice" id="tiers"><legend>${escapeMarkup(texts.tiersLabel)}</legend>${options.join("")}</fieldset>`;
}

/** Everything that is granted, as IAM calls it. */
function listed(
  { actions, managedPolicies, statements }: TierGrants,
  { document: { limitedTo, awsManagedPolicy } }: Texts,
): string[] {
  return [
    ...actions,
    ...statements.flatMap((one) =>
      one.actions.map((action) => fill(limitedTo, { action, resources: one.resources.join(", ") })),
    ),
    ...managedPolicies.map((policy) => fill(awsManagedPolicy, { policy })),
  ];
}

/** The browser runs this script and applies this style sheet because of their hashes, and nothing that was injected. */
const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

const policyFor = (sheet: string) =>
  [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(sheet)}`,
    "img-src data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    // The script creates elements and sets their text: no text ever becomes markup.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");

const HEADERS: Record<string, string> = {
  "Content-Type": "text/html; charset=utf-8",
  "Cache-Control": "no-store",
  Vary: "Accept-Language",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Opener-Policy": "same-origin",
};

function renderGroup({ level, title, items }: GrantGroup): string {
  const list = items.map(
    (item) => `<li><b>${escapeMarkup(item.title)}</b> <span>${escapeMarkup(item.detail)}</span></li>`,
  );
  const icon = `<svg class="icon" aria-hidden="true"><use href="#icon-${level}"/></svg>`;
  return `<h3 class="access-level ${level}">${icon}${escapeMarkup(title)}</h3><ul class="grants">${list.join("")}</ul>`;
}

function monogram(name: string): string {
  const [first = ""] = name.match(/[\p{L}\p{N}]/u) ?? [];
  return `<span class="monogram" aria-hidden="true">${escapeMarkup(first.toUpperCase())}</span>`;
}

/** JSON inside a document: a tag in it would end the element that holds it. */
function json(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
