/** How the deployed functions find the endpoints of the services that they call. */

/** The first part of each service's host names, by the SDK's package. */
const HOSTS: Readonly<Record<string, string>> = {
  "client-cloudformation": "cloudformation",
  "client-dynamodb": "dynamodb",
  "client-eventbridge": "events",
  "client-lambda": "lambda",
  // In the one region of each partition in which it is called.
  "client-organizations": "organizations",
  "client-sns": "sns",
  "client-sqs": "sqs",
  "client-sts": "sts",
};

/**
 * The source of a module that replaces a client's own rules, which are ten times as long. A test compares the two in every region.
 *
 * @returns undefined for a client that no function had so far
 */
export function endpointResolver(client: string): string | undefined {
  const host = HOSTS[client];
  return host === undefined
    ? undefined
    : `
      import { partitionOf } from "./functions/aws/partitions.js";
      export const defaultEndpointResolver = ({ Endpoint, Region }) => ({
        url: new URL(Endpoint ?? \`https://${host}.\${Region}.\${partitionOf(Region).dnsSuffix}\`),
      });`;
}
