/** A template that links lead to. */
export interface Template {
  readonly url: string;
  /** What stacks made from it report as TemplateVersion. */
  readonly version: string;
}

/** One for each tier; the only one has the name of the only tier. */
export type TemplatesByTier = Readonly<Record<string, Template>>;

/** @param tier a connection's: undefined where it was made before there were any */
export function templateOf(templates: TemplatesByTier, tier = ""): Template {
  const template = templates[tier] ?? Object.values(templates)[0];
  if (!template)
    throw new Error("The URL generator was deployed without a template: deploy the stack again.");
  return template;
}
