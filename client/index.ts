/**
 * What the vendor's own programs import to use connections: find them, list them, and get credentials of customers' roles.
 *
 * The program's identity needs the managed policy of the stack's output `clientPolicyArn`. Where the stack's configuration names
 * `trustedPrincipals`, it has to be among them as well: customers' roles trust nobody else.
 *
 * @example
 * const connections = new ConnectionsClient({ tableName: "onboarding-prod-connections", homeRegion: "us-east-1", caller: "inventory" });
 * const ec2 = new EC2Client({ region: "eu-west-1", credentials: connections.credentialsFor({ externalId }) });
 */
export {
  type Connection,
  type CurrentStatus,
  currentStatus,
  type Status,
} from "../functions/domain/connection.js";
export {
  type ConnectionChoice,
  ConnectionsClient,
  type ConnectionsClientOptions,
  type CredentialOptions,
} from "./connections-client.js";
export type { CredentialProvider, Credentials } from "./credentials.js";
export {
  ConnectionError,
  NotConfirmedError,
  NotConnectedError,
  RoleGoneError,
  UnknownConnectionError,
  UnsafeConnectionError,
} from "./errors.js";
export type {
  ConnectionFilter,
  ConnectionPage,
  PageOptions,
} from "./listing.js";
