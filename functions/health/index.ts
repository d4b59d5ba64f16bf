/** The handler of the health check: called by a rule every few minutes, and on demand by the operator's command line and the URL generator. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Context } from "aws-lambda";
import * as v from "valibot";
import { assumeRoleIn } from "../aws/sts.js";
import { ConnectionRepository } from "../domain/connection-repository.js";
import { dueIn } from "../domain/due.js";
import type { Verification } from "../domain/own-role.js";
import { Deadline } from "../runtime/deadline.js";
import { timeLimits } from "../runtime/time-limits.js";
import { readHealthEnvironment } from "./environment.js";
import { type Checked, Health } from "./health.js";
import { HealthTelemetry } from "./telemetry.js";
import { verify } from "./verification.js";

/** Kept free, so that a probe that has begun can end before Lambda ends the function. */
const MARGIN_MILLISECONDS = 20_000;

const environment = readHealthEnvironment();
const { AWS_REGION, TABLE_NAME } = environment;

const dynamoDB = new DynamoDBClient({ requestHandler: timeLimits() });
const telemetry = new HealthTelemetry();

const dependencies = {
  connections: new ConnectionRepository(dynamoDB, TABLE_NAME),
  due: dueIn({ client: dynamoDB, tableName: TABLE_NAME, region: AWS_REGION }, "nextProbeAt"),
  assumeRole: assumeRoleIn(AWS_REGION),
  telemetry,
  now: () => new Date(),
  endUnreachableAfterDays: Number(environment.END_UNREACHABLE_AFTER_DAYS),
  templates: JSON.parse(environment.TEMPLATE_VERSIONS),
  customerRolePath: environment.CUSTOMER_ROLE_PATH,
  deadlineIn: (milliseconds: number) => Deadline.in(milliseconds),
};
const health = new Health(dependencies);

/** Asks for certain connections to be probed now. */
const OnDemand = v.object({ externalIds: v.pipe(v.array(v.string()), v.maxLength(10)) });

/** Asks for a role to be verified that was named by its ARN. */
const Verify = v.object({
  verify: v.object({ externalId: v.string(), roleArn: v.string(), roleId: v.optional(v.string()) }),
});

/** @returns for an event with `externalIds`, what became of each of them; for one with `verify`, what became of the role */
export async function handler(
  event: unknown,
  context: Context,
): Promise<Checked[] | Verification | undefined> {
  return telemetry.publishAfter(async () => {
    const onDemand = v.safeParse(OnDemand, event);
    if (onDemand.success) {
      return Promise.all(onDemand.output.externalIds.map((externalId) => health.check(externalId)));
    }
    const verification = v.safeParse(Verify, event);
    if (verification.success) return verify(verification.output.verify, dependencies);
    await health.checkDue(() => context.getRemainingTimeInMillis() > MARGIN_MILLISECONDS);
    return undefined;
  });
}
