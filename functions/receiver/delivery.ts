/** How a response gets to CloudFormation. */
import { request as httpsRequest } from "node:https";
import type { Deadline } from "../runtime/deadline.js";
import { OneContextAgent } from "../runtime/one-context-agent.js";
import type { ResponseTarget } from "./response-url.js";

/**
 * What became of a response: `accepted` by the bucket, or `refused` for good. Then CloudFormation did not sign its URL, or the URL is too
 * old.
 */
export type Delivery = "accepted" | "refused";

/** The bucket could not be reached, or failed, until the time was up. */
export class ResponseNotDeliveredError extends Error {
  constructor(host: string, cause: unknown) {
    super(`The response could not be delivered to ${host}.`, { cause });
    this.name = "ResponseNotDeliveredError";
  }
}

const MAX_ATTEMPTS = 5;
/** Together 12.5 s: an outage of S3 may well last 10 s. */
const BACKOFF_MILLISECONDS = [500, 1500, 3500, 7000];
const ATTEMPT_MILLISECONDS = 5000;

/** A new connection for each response, but one TLS session for all: resuming it costs a third of a new one. */
const agent = new OneContextAgent();

/**
 * PUTs the response, and tries again after errors that may pass.
 *
 * @throws ResponseNotDeliveredError if no attempt succeeded before the deadline
 */
export async function deliver(target: ResponseTarget, body: string, deadline: Deadline): Promise<Delivery> {
  let lastError: unknown;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (attempt > 0 && !(await deadline.sleep(BACKOFF_MILLISECONDS[attempt - 1] ?? 0))) break;
    try {
      const status = await put(target, body, deadline.within(ATTEMPT_MILLISECONDS));
      if (status >= 200 && status < 300) return "accepted";
      if (status < 500 && status !== 429) return "refused";
      lastError = new Error(`The bucket responded with status ${status}.`);
    } catch (error) {
      lastError = error;
    }
  }
  throw new ResponseNotDeliveredError(target.host, lastError);
}

/** With node:https and not fetch, which costs 60 ms more on first use and follows redirects. */
function put({ host, path }: ResponseTarget, body: string, deadline: Deadline): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(
      {
        method: "PUT",
        host,
        path,
        // The URL is signed for an empty Content-Type; with any other the signature does not match.
        headers: { "Content-Type": "", "Content-Length": Buffer.byteLength(body) },
        signal: deadline.signal,
        agent,
      },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
