/** STS: probes of customers' roles, and sessions with those of organizations. */
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { Deadline } from "../runtime/deadline.js";
import { OneContextAgent } from "../runtime/one-context-agent.js";
import { timeLimits } from "../runtime/time-limits.js";

/**
 * Tries to assume a role once, and throws the session away.
 * @returns the role's unique ID (`AROA…`), if STS tells it
 * @throws what STS says
 */
export type AssumeRole = (
  roleArn: string,
  externalId: string | undefined,
  deadline: Deadline,
) => Promise<string | undefined>;

/** How long one call may take. */
export const ASSUME_ROLE_TIMEOUT_MILLISECONDS = 5000;

/** Allows nothing: whoever got hold of the session could do nothing with it. */
const DENY_ALL = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }],
});

/**
 * Calls STS in a region, each time on a new TLS connection: on a kept one STS can answer from an old trust policy for minutes
 * (aws-sdk-java issue 1183).
 */
export function assumeRoleIn(region: string): AssumeRole {
  // The probes do their own retries.
  const sts = clientIn(region, 1);
  return async (roleArn, externalId, deadline) => {
    const { AssumedRoleUser } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: "onboarding-probe",
        DurationSeconds: 900,
        Policy: DENY_ALL,
        ...(externalId !== undefined && { ExternalId: externalId }),
      }),
      { abortSignal: deadline.signal },
    );
    // "A unique identifier that contains the role ID and the role session name", with a colon between them
    // (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumedRoleUser.html).
    return AssumedRoleUser?.AssumedRoleId?.split(":", 1)[0];
  };
}

/** Credentials of a session. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/**
 * Opens sessions of customers' roles, of 15 minutes each.
 *
 * @param name of the sessions, as the customer's audit trail shows it
 * @param policy JSON; the session may do what both this and the role allow
 */
export function openSessionIn(region: string, name: string, policy: string) {
  const sts = clientIn(region, 3);
  return async (roleArn: string, externalId: string, deadline: Deadline): Promise<SessionCredentials> => {
    const command = new AssumeRoleCommand({
      RoleArn: roleArn,
      RoleSessionName: name,
      DurationSeconds: 900,
      Policy: policy,
      ExternalId: externalId,
    });
    const { Credentials } = await sts.send(command, { abortSignal: deadline.signal });
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  };
}

function clientIn(region: string, maxAttempts: number): STSClient {
  return new STSClient({
    region,
    maxAttempts,
    requestHandler: {
      httpAgent: { keepAlive: false },
      httpsAgent: new OneContextAgent(),
      ...timeLimits(2000, ASSUME_ROLE_TIMEOUT_MILLISECONDS),
    },
  });
}
