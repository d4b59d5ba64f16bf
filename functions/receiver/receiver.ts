/**
 * One request, from the message to its end: read it, decide, act, respond, follow up. Every path sends exactly one response, and in
 * time; what may be written only once the response was accepted is written after it.
 */
import type { Deadline } from "../runtime/deadline.js";
import { FOLLOW_UP_MILLISECONDS } from "./connection-writer.js";
import type { Dependencies } from "./dependencies.js";
import { readRequest } from "./request.js";
import { RequestHandler } from "./request-handler.js";
import { serialize } from "./response.js";

/**
 * Handles one record of an event.
 *
 * @param deadline when everything has to be over
 * @throws Error if the record has to be delivered again
 */
export async function receive(
  record: unknown,
  dependencies: Dependencies,
  deadline: Deadline,
): Promise<void> {
  const { here, deliver, telemetry, now } = dependencies;
  const request = readRequest(record, here.region, now());
  if ("dropped" in request) {
    telemetry.dropped(request);
    return;
  }
  const outcome = await new RequestHandler(request, dependencies, deadline).handle();
  const body = serialize(request, outcome.response);
  const delivery = await deliver(request.target, body, deadline.before(FOLLOW_UP_MILLISECONDS)).catch(
    (error: unknown) => {
      telemetry.error("The response could not be delivered", request, error);
      throw error;
    },
  );
  telemetry.responded(request, outcome.response, delivery, outcome.details);
  await (delivery === "accepted" ? outcome.onAccepted : outcome.onRefused)?.(deadline, outcome.response);
}
