/** The connections of one large region, with as much in their records as a customer's have. */
import { createHash } from "node:crypto";
import type { Connection } from "../../functions/domain/connection.js";
import { CUSTOMER_ROLE_PATH, topicArnsIn } from "../deployed.js";

export const REGION = "eu-west-1";
export const CONNECTIONS = 20_000;
/** The moment at which the region is looked at. */
export const NOW = new Date("2026-03-02T09:00:00.000Z");

/** Fewer than a topic holds: nothing has to wait for capacity. */
const CONNECTIONS_PER_TOPIC = 98;

export const TOPIC_ARNS = topicArnsIn(REGION, Math.ceil(CONNECTIONS / CONNECTIONS_PER_TOPIC));

/** A connected one. @param number from 0 */
export function connectedNumber(number: number, connectedAt: Date): Connection {
  const accountId = String(200_000_000_000 + number);
  const uuid = uuidOf(number);
  const stackId = `arn:aws:cloudformation:${REGION}:${accountId}:stack/onboarding/${uuidOf(`stack ${number}`)}`;
  const time = connectedAt.toISOString();
  return {
    externalId: `${REGION}:${uuid}`,
    accountId,
    region: REGION,
    topicArn: TOPIC_ARNS[Math.floor((number % CONNECTIONS) / CONNECTIONS_PER_TOPIC)],
    tenant: `tenant-${uuidOf(`tenant ${number}`)}`,
    grantedTo: "Example",
    status: "connected",
    statusChangedAt: time,
    revision: 3,
    createdAt: time,
    expiresAt: new Date(connectedAt.getTime() + 24 * 60 * 60_000).toISOString(),
    roleArn: `arn:aws:iam::${accountId}:role${CUSTOMER_ROLE_PATH}onboarding-Role-0123456789ABC`,
    roleId: `AROA${createHash("md5").update(uuid).digest("hex").slice(0, 17).toUpperCase()}`,
    stackId,
    logicalResourceId: "PhoneHome",
    requestId: uuidOf(`request ${number}`),
    requestedAt: time,
    templateVersion: "0123456789ab",
    openStackIds: [stackId],
    attempts: 1,
    connectedAt: time,
    acceptedAt: time,
    verifiedAt: time,
  };
}

/** The same in every run. */
function uuidOf(name: number | string): string {
  const hex = createHash("md5").update(String(name)).digest("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`];
  return [...parts, hex.slice(20)].join("-");
}
