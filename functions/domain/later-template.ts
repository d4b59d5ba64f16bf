/** Whether a stack was made from an earlier template than the current one of its tier. */
import { type Changes, type Connection, isConnected } from "./connection.js";

/** Something of each tier; of the only one, by the name of the only tier. */
export type ByTier<T> = Readonly<Record<string, T>>;

/** @param tier a connection's: one that is no longer there, or was before there were any, counts as the first one */
export function ofTier<T>(byTier: ByTier<T>, tier = ""): T | undefined {
  return byTier[tier] ?? Object.values(byTier)[0];
}

/**
 * Notes the version that a stack lacks, once for each version: the vendor is told of each change of the note.
 *
 * @param versions the current ones
 * @returns no changes where the vendor has not heard of the connection yet, or its stack is not made from these templates
 */
export function noteLaterTemplate(connection: Connection, versions: ByTier<string>): Changes {
  const { kind, stackId, tier, templateVersion, acceptedAt, confirmation, laterTemplate } = connection;
  const isKnown = isConnected(connection) && acceptedAt !== undefined && confirmation !== "required";
  const version = ofTier(versions, tier);
  if (!isKnown || kind !== undefined || stackId === undefined) return {};
  return version === templateVersion || version === laterTemplate ? {} : { laterTemplate: version };
}

/** The version that the stack was last found to lack, unless it has got it since. */
export function lackedTemplate({ laterTemplate, templateVersion }: Connection): string | undefined {
  return laterTemplate === templateVersion ? undefined : laterTemplate;
}
