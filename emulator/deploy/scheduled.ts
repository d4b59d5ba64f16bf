import { InvokeCommand } from "@aws-sdk/client-lambda";
import type { AccountClients } from "../aws/accounts.js";

/** Runs a function now that a rule runs from time to time. @throws Error with the function's own error */
export async function runScheduled(
  vendor: AccountClients,
  region: string,
  functionName: string,
): Promise<void> {
  const event = { source: "aws.events", "detail-type": "Scheduled Event" };
  const { FunctionError, Payload } = await vendor
    .lambda(region)
    .send(new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(event)) }));
  if (FunctionError !== undefined) {
    throw new Error(`${functionName} failed: ${Buffer.from(Payload ?? []).toString()}`);
  }
}
