/**
 * Spreads what is due daily over the day. Thousands connect at once, an organization's members or whoever is told on the same morning, and would
 * be due at the same minute every day.
 */
import type { Connection } from "./connection.js";

const HOUR = 60 * 60_000;

/** By a quarter to both sides. */
const SPREAD = 0.5;

/**
 * Up to an hour stays: somebody waits for that. The same connection gets the same share of a longer time each time, so that it drifts away from
 * the others.
 *
 * @param time ISO 8601
 * @returns ISO 8601
 */
export function spread(time: string, { externalId }: Pick<Connection, "externalId">, now: Date): string {
  const milliseconds = new Date(time).getTime() - now.getTime();
  if (milliseconds <= HOUR) return time;
  const share = 1 - SPREAD / 2 + SPREAD * shareOf(externalId);
  return new Date(now.getTime() + milliseconds * share).toISOString();
}

/** 0 to 1, FNV-1a of 32 bits. */
function shareOf(externalId: string): number {
  let hash = 0x811c9dc5;
  for (const character of externalId) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
