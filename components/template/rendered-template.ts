import { createHash } from "node:crypto";

/** The only keys of the bucket that the public may read. */
export const PUBLIC_PREFIX = "templates/";

/** CloudFormation takes as much of a template that is handed over as text; one in S3 may have 1 MB. */
const MAX_INLINE_BYTES = 51_200;

/** A template made ready for one vendor. */
export interface RenderedTemplate {
  /** The template's key in the bucket, made of its content. */
  key: string;
  /** The template, JSON. */
  body: string;
  /**
   * What the custom resource reports as TemplateVersion: another one whenever a customer's stack would get another role, trust policy, grant
   * or custom resource. Rules, offered regions, topics and descriptions guard only the way in.
   */
  version: string;
}

/** @param version the one that the template's custom resource reports */
export function rendered(version: string, template: unknown): RenderedTemplate {
  const body = written(template);
  return { key: `${PUBLIC_PREFIX}${hash(body, 32)}.json`, body, version };
}

/** @param resources what a customer's stack gets, without a version */
export function versionOf(resources: unknown): string {
  return hash(JSON.stringify(withoutDescriptions(resources)), 12);
}

/** What a customer's stack gets, without the texts that change nothing of it. */
function withoutDescriptions(resources: unknown): unknown {
  return JSON.parse(JSON.stringify(resources, (key, value) => (key === "Description" ? undefined : value)));
}

/** For people to read, as long as it can still be pasted into a request. */
function written(template: unknown): string {
  const readable = `${JSON.stringify(template, null, 2)}\n`;
  return readable.length <= MAX_INLINE_BYTES ? readable : `${JSON.stringify(template)}\n`;
}

function hash(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}
