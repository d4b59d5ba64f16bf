import { readEnvironment } from "../runtime/environment.js";

/** What the changes function is deployed with. */
export interface ChangesEnvironment {
  /** The table of connections, the same name in every region. */
  readonly TABLE_NAME: string;
  /** How long history is kept, in days. */
  readonly HISTORY_DAYS: string;
  /** The region whose default event bus receives the changes. */
  readonly HOME_REGION: string;
  /** The `source` of the events: the stack's prefix. */
  readonly EVENT_SOURCE: string;
  /** Set by Lambda. */
  readonly AWS_REGION: string;
}

/** The variables that the program has to set; Lambda sets the others. */
export type ChangesVariables = Omit<ChangesEnvironment, "AWS_REGION">;

/** @throws Error naming what is missing */
export function readChangesEnvironment(): ChangesEnvironment {
  return readEnvironment<ChangesEnvironment>({
    TABLE_NAME: true,
    HISTORY_DAYS: true,
    HOME_REGION: true,
    EVENT_SOURCE: true,
    AWS_REGION: true,
  });
}
