/** A connection, the stack that belongs to it, and the requests that CloudFormation makes for it. */

import type { Connection } from "../../functions/domain/connection.js";
import type { Properties, Request } from "../../functions/receiver/request.js";

export const REGION = "eu-west-1";
export const ACCOUNT = "333344445555";
export const EXTERNAL_ID = "eu-west-1:0b1f5a0e-1111-4222-8333-444455556666";
export const TOPIC = `arn:aws:sns:${REGION}:111122223333:onboarding-test-1`;
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/onboarding/stack-Role-1A2B3C`;
export const NOW = new Date("2026-03-01T12:00:00.000Z");
export const HERE = { region: REGION, customerRolePath: "/onboarding/" };

export const stackId = (name: string, account = ACCOUNT, region = REGION) =>
  `arn:aws:cloudformation:${region}:${account}:stack/${name}/9d1e7c30-0000-11f0-8000-0123456789ab`;
export const STACK = stackId("acme");
export const RESOURCE = "Connection";

export const pending: Connection = {
  externalId: EXTERNAL_ID,
  accountId: ACCOUNT,
  region: REGION,
  topicArn: TOPIC,
  tenant: "4711",
  grantedTo: "Acme",
  status: "pending",
  revision: 1,
  createdAt: "2026-03-01T11:00:00.000Z",
  expiresAt: "2026-03-02T11:00:00.000Z",
  deleteAfter: 1_775_041_200,
};

export const connected: Connection = {
  ...pending,
  status: "connected",
  revision: 2,
  roleArn: ROLE,
  stackId: STACK,
  logicalResourceId: RESOURCE,
  requestId: "create-1",
  requestedAt: "2026-03-01T11:30:00.000Z",
  acceptedAt: "2026-03-01T11:31:00.000Z",
  openStackIds: [STACK],
  deleteAfter: undefined,
};

/** The same, before a response to the request that connected was accepted. */
export const unproven: Connection = { ...connected, acceptedAt: undefined, beforeConnect: {} };

export const properties: Properties = {
  RoleArn: ROLE,
  AccountID: ACCOUNT,
  ExternalID: EXTERNAL_ID,
  GrantedTo: "Acme",
  TemplateVersion: "aaaaaaaaaaaa",
  ServiceToken: TOPIC,
};

/** The request of the customer's own stack, but for what a test is about. */
export function request(
  type: Request["type"],
  changes: Partial<Request> & { readonly properties?: Properties | undefined } = {},
): Request {
  return {
    type,
    stackId: STACK,
    logicalResourceId: RESOURCE,
    requestId: "request-1",
    physicalResourceId: type === "Create" ? undefined : `onboarding-connection:${EXTERNAL_ID}`,
    properties,
    flaw: undefined,
    oldExternalId: undefined,
    publishedAt: NOW,
    topicArn: TOPIC,
    target: { host: "bucket", path: "/key?signed" },
    ...changes,
  };
}
