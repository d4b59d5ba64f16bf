/** Describes what the customer's role grants to somebody who does not read IAM policies. */

import type { GrantStatement, TierGrants } from "../../domain/grants.js";
import { ACCESS_LEVELS, type AccessLevel, levelOf, levelOfPolicy } from "./access-level.js";
import { englishPhrase } from "./english-changes.js";
import { fill } from "./fill.js";
import english from "./languages/grants/en.json" with { type: "json" };
import { SERVICE_NAMES } from "./service-names.js";

/** What grants are described with, in one language. */
export type GrantWords = typeof english;

/** Everything at one access level. */
export interface GrantGroup {
  readonly level: AccessLevel;
  /** What people call the level. */
  readonly title: string;
  readonly items: readonly GrantItem[];
}

/** One service, or one AWS managed policy. */
export interface GrantItem {
  /** For example "EC2". */
  readonly title: string;
  /** For example "instances, volumes, images and networks", or "start instances, stop instances". */
  readonly detail: string;
}

/** @returns the groups that are not empty, from the lowest access level to the highest */
export function describeGrants(
  { actions, managedPolicies, statements }: TierGrants,
  words: GrantWords = english,
): GrantGroup[] {
  const parts = [
    describeActions(actions, words),
    ...statements.map((statement) => describeStatement(statement, words)),
  ];
  const policies = managedPolicies.map((policy) => describePolicy(policy, words));
  return ACCESS_LEVELS.map((level) => ({
    level,
    title: words.levels[level],
    items: [
      ...parts.flatMap((part) => part[level]),
      ...policies.filter((policy) => policy.level === level).map(({ title, detail }) => ({ title, detail })),
    ],
  })).filter(({ items }) => items.length > 0);
}

/** The same as lines of text, from the lowest access level to the highest. */
export function grantsInWords(grants: TierGrants, words?: GrantWords): string[] {
  return describeGrants(grants, words).flatMap(({ items }) =>
    items.map(({ title, detail }) => `${title}: ${detail}`),
  );
}

type Items = Readonly<Record<AccessLevel, readonly GrantItem[]>>;

function describeStatement({ actions, resources, condition }: GrantStatement, words: GrantWords): Items {
  const { view, read, change } = describeActions(actions, words);
  const limit = words.phrases[condition ? "limitedUnderCondition" : "limited"];
  const limited = (items: readonly GrantItem[]) =>
    items.map(({ title, detail }) => ({
      title,
      detail: fill(limit, { detail, resources: resources.join(", ") }),
    }));
  return { view: limited(view), read: limited(read), change: limited(change) };
}

/** By access level, an item for each service. */
function describeActions(actions: readonly string[], words: GrantWords): Items {
  const byService = new Map<string, Record<AccessLevel, string[]>>();
  for (const action of actions) {
    const [prefix = "", name = ""] = action.split(":");
    const service = prefix.toLowerCase();
    const entry = byService.get(service) ?? { view: [], read: [], change: [] };
    byService.set(service, entry);
    entry[levelOf(service, name)].push(name);
  }
  const itemsOf = (level: AccessLevel) =>
    [...byService]
      .filter(([, names]) => names[level].length > 0)
      .map(([service, names]) => ({
        title: SERVICE_NAMES[service] ?? service,
        detail: describeService(service, level, names[level], words),
      }));
  return { view: itemsOf("view"), read: itemsOf("read"), change: itemsOf("change") };
}

/** Nobody reads more names than this in a row. */
const MAX_NAMES = 6;

/** What can be seen is said as a whole, because many names of actions say the same; every change is named. */
function describeService(
  service: string,
  level: AccessLevel,
  names: readonly string[],
  words: GrantWords,
): string {
  const of = (all: Readonly<Record<string, string>>) => all[service] ?? words.otherServices;
  if (level === "view") return of(words.services);
  if (level === "read") return of(words.contents);
  const changes = [...new Set(names.map((name) => describeChange(service, name, words)))];
  const shown = changes.slice(0, MAX_NAMES).join(", ");
  const more = changes.length - MAX_NAMES;
  const listed = more > 0 ? fill(words.phrases.more, { words: shown, count: more }) : shown;
  return words.language === "en" ? listed : `${of(words.services)} (${listed})`;
}

function describeChange(service: string, name: string, words: GrantWords): string {
  const { everything, beginningWith, matching } = words.phrases;
  if (/^\*+$/.test(name)) return everything;
  const [, beginning] = /^([^*?]+)\*+$/.exec(name) ?? [];
  if (beginning !== undefined) return fill(beginningWith, { name: beginning });
  if (/[*?]/.test(name)) return fill(matching, { pattern: name });
  return words.language === "en" ? englishPhrase(service, name) : name;
}

function describePolicy(policy: string, words: GrantWords): GrantItem & { readonly level: AccessLevel } {
  const title = policy.slice(policy.lastIndexOf("/") + 1);
  const level = levelOfPolicy(title);
  const { awsMaintains, policyReads, policyChanges } = words.phrases;
  const known = (words.policies as Readonly<Record<string, string>>)[title];
  const unknown = level === "change" ? policyChanges : policyReads;
  return { level, title, detail: known === undefined ? unknown : fill(awsMaintains, { detail: known }) };
}
