/** The health check as it is deployed: every five minutes by a rule, and on demand by the operator's command line. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Context } from "aws-lambda";
import * as v from "valibot";
import { Connections } from "../domain/connection.js";
import { assumeRoleIn } from "../domain/probe.js";
import { dueIn } from "./due.js";
import { readHealthEnvironment } from "./environment.js";
import { type Checked, Health } from "./health.js";
import { publishMetrics, telemetry } from "./telemetry.js";

/** What a probe that has begun needs to end. */
const MARGIN_MILLISECONDS = 20_000;

const { AWS_REGION, TABLE_NAME } = readHealthEnvironment();

const dynamoDB = new DynamoDBClient();

const health = new Health({
  connections: new Connections(dynamoDB, TABLE_NAME),
  due: dueIn(dynamoDB, TABLE_NAME, AWS_REGION),
  assumeRole: assumeRoleIn(AWS_REGION),
  telemetry,
  now: () => new Date(),
});

/** Somebody asks for certain connections. */
const OnDemand = v.object({ externalIds: v.pipe(v.array(v.string()), v.maxLength(10)) });

/** @returns for an event with `externalIds`, what became of each of them */
export async function handler(event: unknown, context: Context): Promise<Checked[] | undefined> {
  try {
    const asked = v.safeParse(OnDemand, event);
    if (asked.success) {
      return await Promise.all(asked.output.externalIds.map((externalId) => health.check(externalId)));
    }
    await health.checkDue(() => context.getRemainingTimeInMillis() > MARGIN_MILLISECONDS);
    return undefined;
  } finally {
    publishMetrics();
  }
}
