/** The update that a connected stack still lacks: to the current template, or to another tier. */
import { type Connection, isConnected } from "../domain/connection.js";
import { type Grants, grantsOfTier, type TierGrants } from "../domain/grants.js";
import { type TemplatesByTier, templateOf } from "../domain/templates.js";
import { stackUpdateLink } from "./link.js";
import { type GrantWords, grantsInWords } from "./page/grants.js";
import type { ConnectionRepresentation } from "./schemas.js";
import type { TemplateHistory } from "./template-history.js";

export type StackUpdate = NonNullable<ConnectionRepresentation["update"]>;

/** What is deployed now, and what was before. */
export interface Templates {
  readonly current: TemplatesByTier;
  readonly grants: Grants;
  readonly history: TemplateHistory;
}

/**
 * @param words reads what grants are described with, in the language of whoever asks; English by default
 * @returns undefined where there is no stack to update, or nothing to update it to
 */
export async function updateOf(
  connection: Connection,
  { current, grants, history }: Templates,
  words: () => GrantWords | undefined = () => undefined,
): Promise<StackUpdate | undefined> {
  const { region, stackId, templateVersion = "", requestedTier, tier } = connection;
  if (!isConnected(connection) || stackId === undefined) return undefined;
  const wanted = requestedTier ?? tier;
  const template = templateOf(current, { ...connection, tier: wanted });
  if (!template || template.version === templateVersion) return undefined;
  const before = await history.grantsOf(templateVersion);
  const after = grantsOfTier(grants, wanted ?? "");
  return {
    link: stackUpdateLink({ region, stackId, templateUrl: template.url }),
    templateUrl: template.url,
    ...(wanted !== undefined && { tier: wanted }),
    ...(before && {
      added: grantsInWords(without(after, before), words()),
      removed: grantsInWords(without(before, after), words()),
    }),
  };
}

/** What the first allows and the second does not. */
function without(all: TierGrants, others: TierGrants): TierGrants {
  const known = new Set(others.statements.map((statement) => JSON.stringify(statement)));
  return {
    actions: all.actions.filter((action) => !others.actions.includes(action)),
    managedPolicies: all.managedPolicies.filter((policy) => !others.managedPolicies.includes(policy)),
    statements: all.statements.filter((statement) => !known.has(JSON.stringify(statement))),
  };
}
