/** What a client of connections has to be told. */
import type { CredentialProvider, Credentials } from "./credentials.js";

/** Options for every AWS SDK client that is created. @default credentials and endpoints as the SDK finds them */
export interface AwsClientOptions {
  readonly endpoint?: string;
  readonly credentials?: Credentials | CredentialProvider;
}

/** How a program reaches a stack's connections. */
export interface ConnectionsClientOptions {
  /** The output `tableName` of the stack. */
  readonly tableName: string;
  /** The stack's `aws:region`. */
  readonly homeRegion: string;
  /** The stack's regions; needed only to list the connections of all tenants. */
  readonly regions?: readonly string[];
  /**
   * Who uses the credentials: part of the session name that the customer sees in CloudTrail.
   * @default onboarding
   */
  readonly caller?: string;
  /** For the DynamoDB and STS clients. @default credentials and endpoints as the SDK finds them */
  readonly clientOptions?: AwsClientOptions;
}

const EXAMPLES = { tableName: "onboarding-prod-connections", homeRegion: "us-east-1" };

/** @throws TypeError where the types did not help: in JavaScript, or with an environment variable that is not set */
export function requireOptions(options: ConnectionsClientOptions): void {
  for (const name of ["tableName", "homeRegion"] as const) {
    if (options?.[name]) continue;
    throw new TypeError(`ConnectionsClient needs the option ${name}, such as "${EXAMPLES[name]}".`);
  }
}
