/** The handler of the lister, which a rule runs every minute: it lists the accounts of the organizations that are due. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Context, ScheduledEvent } from "aws-lambda";
import { openOrganizationIn } from "../aws/organizations.js";
import { ConnectionRepository } from "../domain/connection-repository.js";
import { dueIn } from "../domain/due.js";
import { Deadline } from "../runtime/deadline.js";
import { timeLimits } from "../runtime/time-limits.js";
import { readOrganizationsEnvironment } from "./environment.js";
import { Lister } from "./lister.js";
import { OrganizationsTelemetry } from "./telemetry.js";

/** Kept free, so that what has begun can end before Lambda ends the function. */
const MARGIN_MILLISECONDS = 20_000;

const { AWS_REGION, TABLE_NAME, CUSTOMER_ROLE_PATH, MAX_MEMBERS, LISTING_MINUTES } =
  readOrganizationsEnvironment();

const dynamoDB = new DynamoDBClient({ requestHandler: timeLimits() });
const telemetry = new OrganizationsTelemetry();

const lister = new Lister({
  connections: new ConnectionRepository(dynamoDB, TABLE_NAME),
  due: dueIn({ client: dynamoDB, tableName: TABLE_NAME, region: AWS_REGION }, "nextListingAt"),
  open: openOrganizationIn(AWS_REGION),
  telemetry,
  now: () => new Date(),
  settings: {
    maxMembers: Number(MAX_MEMBERS),
    listingMinutes: Number(LISTING_MINUTES),
    customerRolePath: CUSTOMER_ROLE_PATH,
  },
});

export async function handler(_event: ScheduledEvent, context: Context): Promise<void> {
  await telemetry.publishAfter(() =>
    lister.listDue(Deadline.in(context.getRemainingTimeInMillis() - MARGIN_MILLISECONDS)),
  );
}
