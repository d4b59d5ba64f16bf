/**
 * The client that the vendor's own programs import: it finds and lists connections and gets credentials for customers' roles.
 *
 * The program's identity needs the managed policy in the stack's output `clientPolicyArn`. If the stack's configuration has
 * `trustedPrincipals`, the identity must be one of them as well: customers' roles trust nobody else.
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
export type {
  ConnectionFilter,
  ConnectionPage,
  PageOptions,
} from "../functions/domain/listing.js";
export {
  type ConnectionSelector,
  ConnectionsClient,
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
export type { AwsClientOptions, ConnectionsClientOptions } from "./options.js";
