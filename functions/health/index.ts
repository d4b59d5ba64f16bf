/** The handler of the health check: called every five minutes by a rule, and on demand by the operator's command line. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Context } from "aws-lambda";
import * as v from "valibot";
import { assumeRoleIn } from "../aws/sts.js";
import { ConnectionRepository } from "../domain/connection-repository.js";
import { dueIn } from "../domain/due.js";
import { Deadline } from "../runtime/deadline.js";
import { timeLimits } from "../runtime/time-limits.js";
import { readHealthEnvironment } from "./environment.js";
import { type Checked, Health } from "./health.js";
import { HealthTelemetry } from "./telemetry.js";

/** Kept free, so that a probe that has begun can end before Lambda ends the function. */
const MARGIN_MILLISECONDS = 20_000;

const { AWS_REGION, TABLE_NAME, END_UNREACHABLE_AFTER_DAYS, TEMPLATES } = readHealthEnvironment();

const dynamoDB = new DynamoDBClient({ requestHandler: timeLimits() });
const telemetry = new HealthTelemetry();

const health = new Health({
  connections: new ConnectionRepository(dynamoDB, TABLE_NAME),
  due: dueIn({ client: dynamoDB, tableName: TABLE_NAME, region: AWS_REGION }, "nextProbeAt"),
  assumeRole: assumeRoleIn(AWS_REGION),
  telemetry,
  now: () => new Date(),
  endUnreachableAfterDays: Number(END_UNREACHABLE_AFTER_DAYS),
  templates: JSON.parse(TEMPLATES),
  deadlineIn: (milliseconds) => Deadline.in(milliseconds),
});

/** Asks for certain connections to be probed now. */
const OnDemand = v.object({ externalIds: v.pipe(v.array(v.string()), v.maxLength(10)) });

/** @returns for an event with `externalIds`, what became of each of them */
export async function handler(event: unknown, context: Context): Promise<Checked[] | undefined> {
  return telemetry.publishAfter(async () => {
    const onDemand = v.safeParse(OnDemand, event);
    if (onDemand.success) {
      return Promise.all(onDemand.output.externalIds.map((externalId) => health.check(externalId)));
    }
    await health.checkDue(() => context.getRemainingTimeInMillis() > MARGIN_MILLISECONDS);
    return undefined;
  });
}
