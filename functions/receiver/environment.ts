import { readEnvironment } from "../runtime/environment.js";

/** What the receiver is deployed with. */
export interface ReceiverEnvironment {
  /** The table of connections, the same name in every region. */
  readonly TABLE_NAME: string;
  /** The path that customers' roles have, with a slash at both ends. */
  readonly CUSTOMER_ROLE_PATH: string;
  /** The URL of the dead-letter queue in the receiver's region. */
  readonly DEAD_LETTER_QUEUE_URL: string;
  /** Set by Lambda. */
  readonly AWS_REGION: string;
}

/** The variables that the program has to set; Lambda sets the others. */
export type ReceiverVariables = Omit<ReceiverEnvironment, "AWS_REGION">;

/** @throws Error naming what is missing */
export function readReceiverEnvironment(): ReceiverEnvironment {
  return readEnvironment<ReceiverEnvironment>({
    TABLE_NAME: true,
    CUSTOMER_ROLE_PATH: true,
    DEAD_LETTER_QUEUE_URL: true,
    AWS_REGION: true,
  });
}
