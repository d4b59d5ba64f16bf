import { type ByTier, ofTier } from "../domain/later-template.js";

/** A template that links lead to. */
export interface Template {
  readonly url: string;
  /** What stacks made from it report as TemplateVersion. */
  readonly version: string;
}

export type TemplatesByTier = ByTier<Template>;

/** @param tier a connection's: undefined where it was made before there were any */
export function templateOf(templates: TemplatesByTier, tier?: string): Template {
  const template = ofTier(templates, tier);
  if (!template)
    throw new Error("The URL generator was deployed without a template: deploy the stack again.");
  return template;
}
