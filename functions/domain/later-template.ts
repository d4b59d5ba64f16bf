/** Whether a stack was made from an earlier template than the current one of its tier. */
import { type Changes, type Connection, isConnected } from "./connection.js";
import { type TemplateVersions, templateOf } from "./templates.js";

/**
 * Notes the version that a stack lacks, once for each version: the vendor is told of each change of the note.
 *
 * @param templates the current ones
 * @returns no changes where the vendor has not heard of the connection yet, or it has no stack
 */
export function noteLaterTemplate(connection: Connection, templates: TemplateVersions): Changes {
  const { stackId, templateVersion, acceptedAt, confirmation, laterTemplate } = connection;
  const isKnown = isConnected(connection) && acceptedAt !== undefined && confirmation !== "required";
  if (!isKnown || stackId === undefined) return {};
  const version = templateOf(templates, connection)?.version;
  if (version === undefined || version === templateVersion || version === laterTemplate) return {};
  return { laterTemplate: version };
}

/** The version that the stack was last found to lack, unless it has got it since. */
export function lackedTemplate({ laterTemplate, templateVersion }: Connection): string | undefined {
  return laterTemplate === templateVersion ? undefined : laterTemplate;
}
