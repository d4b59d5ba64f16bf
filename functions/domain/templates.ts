import type { Connection } from "./connection.js";

/** A template that links lead to. */
export interface Template {
  readonly url: string;
  /** What stacks made from it report as TemplateVersion. */
  readonly version: string;
}

/** The templates of one tier. */
export interface TierTemplates extends Template {
  /** The one for a whole organization; absent where none can connect. */
  readonly organization?: Template;
}

/** Those of each tier; the only one has the name of the only tier. */
export type TemplatesByTier = Readonly<Record<string, TierTemplates>>;

/**
 * @param connection one without a tier was made before there were any
 * @returns undefined for an organization, where none can connect any more
 */
export function templateOf(
  templates: TemplatesByTier,
  { kind, tier = "" }: Pick<Connection, "kind" | "tier">,
): Template | undefined {
  const template = templates[tier] ?? Object.values(templates)[0];
  if (!template) throw new Error("There is no template: deploy the stack again.");
  return kind === "organization" ? template.organization : template;
}
