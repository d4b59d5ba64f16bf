/** The handler of the receiver: it is behind every topic of its region. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Context, SNSEvent } from "aws-lambda";
import { openOrganizationIn } from "../aws/organizations.js";
import { assumeRoleIn } from "../aws/sts.js";
import { ConnectionRepository } from "../domain/connection-repository.js";
import { Deadline } from "../runtime/deadline.js";
import { timeLimits } from "../runtime/time-limits.js";
import { keepVerifiedIn } from "./dead-letters.js";
import { deliver } from "./delivery.js";
import type { Dependencies } from "./dependencies.js";
import { readReceiverEnvironment } from "./environment.js";
import { receive } from "./receiver.js";
import { ReceiverTelemetry } from "./telemetry.js";

/** Long enough to see a role become assumable that takes a minute for it; whatever else goes wrong is over within 60 s. */
const MAX_MILLISECONDS = 85_000;

/** What Lambda needs to end the invocation before it ends the function. */
const MARGIN_MILLISECONDS = 1000;

const environment = readReceiverEnvironment();

/** Fails fast, so that there is time left to try again or to say so. */
const requestHandler = timeLimits(1000, 2000);

/**
 * No customer's stack need fail for an outage of a second or two. The SDK waits random times of up to 25 ms before a second attempt at DynamoDB,
 * and up to twice as long before each further one: eight attempts are over within a second in 15 of 100 cases, ten in 3 of 10,000.
 */
const table = new DynamoDBClient({ maxAttempts: 10, requestHandler });
const telemetry = new ReceiverTelemetry();

const dependencies: Dependencies = {
  here: { region: environment.AWS_REGION, customerRolePath: environment.CUSTOMER_ROLE_PATH },
  connections: new ConnectionRepository(table, environment.TABLE_NAME, { withCode: true }),
  assumeRole: assumeRoleIn(environment.AWS_REGION),
  openOrganization: openOrganizationIn(environment.AWS_REGION),
  deliver,
  keepVerified: keepVerifiedIn(
    () => new SQSClient({ maxAttempts: 3, requestHandler }),
    environment.DEAD_LETTER_QUEUE_URL,
  ),
  telemetry,
  now: () => new Date(),
};

/** @throws Error if a record has to be delivered again; Lambda tries twice more, then keeps the event in the dead-letter queue */
export async function handler(event: SNSEvent, context: Context): Promise<void> {
  const left = context.getRemainingTimeInMillis() - MARGIN_MILLISECONDS;
  const deadline = Deadline.in(Math.min(MAX_MILLISECONDS, left));
  const records: unknown[] = Array.isArray(event?.Records) ? event.Records : [];
  await telemetry.publishAfter(async () => {
    const results = await Promise.allSettled(
      records.map((record) => receive(record, dependencies, deadline)),
    );
    for (const result of results) {
      if (result.status === "rejected") throw result.reason;
    }
  });
}
