import type { Connection } from "./connection.js";

/** A template that links lead to. */
export interface Template {
  readonly url: string;
  /** What stacks made from it report as TemplateVersion. */
  readonly version: string;
}

/** What there is of each tier, and of it for whole organizations, where they can connect; the only one has the name of the only tier. */
type ByTier<One> = Readonly<Record<string, One & { readonly organization?: One }>>;

export type TemplatesByTier = ByTier<Template>;

/** Without the addresses, which are others as soon as a region is added. */
export type TemplateVersions = ByTier<Pick<Template, "version">>;

export function versionsOf(templates: TemplatesByTier): TemplateVersions {
  const versions = Object.entries(templates).map(([tier, { version, organization }]) => [
    tier,
    { version, ...(organization && { organization: { version: organization.version } }) },
  ]);
  return Object.fromEntries(versions);
}

/**
 * @param connection one without a tier was made before there were any
 * @returns undefined for an organization, where none can connect any more
 */
export function templateOf<One extends Pick<Template, "version">>(
  templates: ByTier<One>,
  { kind, tier = "" }: Pick<Connection, "kind" | "tier">,
): One | undefined {
  const template = templates[tier] ?? Object.values(templates)[0];
  if (!template) throw new Error("There is no template: deploy the stack again.");
  return kind === "organization" ? template.organization : template;
}
