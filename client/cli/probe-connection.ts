/** Has a connection probed by the function that has the rights to: the health check of the connection's region. */
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { healthNameOf } from "../../functions/domain/names.js";
import type { Checked } from "../../functions/health/health.js";
import type { Target } from "./target.js";

/**
 * Probes one connection now.
 * @throws Error if the health check fails
 */
export async function probeNow(
  { prefix, clientOptions }: Pick<Target, "prefix" | "clientOptions">,
  region: string,
  externalId: string,
): Promise<Checked> {
  const lambda = new LambdaClient({ ...clientOptions, region });
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({
      FunctionName: healthNameOf(prefix),
      Payload: Buffer.from(JSON.stringify({ externalIds: [externalId] })),
    }),
  );
  const text = Buffer.from(Payload ?? []).toString();
  if (FunctionError !== undefined)
    throw new Error(`The health check in ${region} failed; its log says why. It returned ${text}`);
  const [checked] = JSON.parse(text) as Checked[];
  if (!checked) throw new Error(`The health check in ${region} reported no result; its log says why.`);
  return checked;
}
