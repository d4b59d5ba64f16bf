/** What CloudFormation hears, and how it gets there. */
import { Agent, request as httpsRequest } from "node:https";
import type { Deadline } from "../runtime/deadline.js";
import type { ResponseKey, ResponseTarget } from "./response-url.js";

export interface Response {
  readonly status: "SUCCESS" | "FAILED";
  /** For FAILED: a sentence that tells the customer what to do. */
  readonly reason?: string;
  readonly physicalResourceId: string;
  /** For SUCCESS: what the template can read with Fn::GetAtt. */
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * What became of an answer: `accepted` by the bucket, or `refused` for good, which means that CloudFormation did not sign its URL, or
 * that the URL is too old.
 */
export type Delivery = "accepted" | "refused";

/** The bucket could not be reached, or had trouble of its own, until the time was up. */
export class ResponseNotDeliveredError extends Error {
  constructor(host: string, cause: unknown) {
    super(`The answer could not be delivered to ${host}.`, { cause });
    this.name = "ResponseNotDeliveredError";
  }
}

/** CloudFormation reads no answer that is longer. */
const MAX_BYTES = 4096;

const TRIES = 5;
/** Together 12.5 s: longer than the 10 s that S3's trouble may well last. */
const BACKOFF_MILLISECONDS = [500, 1500, 3500, 7000];
const TRY_MILLISECONDS = 5000;

/** A connection for each answer, and one TLS session for all: to begin it again costs a third of a new one. */
const agent = new Agent({ keepAlive: false });

/** The answer's JSON, its reason cut so that all of it has 4096 bytes at most. */
export function serialize({ stackId, logicalResourceId, requestId }: ResponseKey, answer: Response): string {
  const json = (Reason: string | undefined) =>
    JSON.stringify({
      Status: answer.status,
      ...(Reason !== undefined && { Reason }),
      PhysicalResourceId: answer.physicalResourceId,
      StackId: stackId,
      LogicalResourceId: logicalResourceId,
      RequestId: requestId,
      ...(answer.data && { Data: answer.data }),
    });
  const fits = (body: string) => Buffer.byteLength(body) <= MAX_BYTES;
  const whole = json(answer.reason);
  if (fits(whole)) return whole;
  // By what a reader sees as one character, so that none is cut in two.
  const characters = Array.from(new Intl.Segmenter().segment(answer.reason ?? ""), ({ segment }) => segment);
  const cut = (kept: number) => json(`${characters.slice(0, kept).join("")}…`);
  let kept = 0;
  for (let step = characters.length; step > 0; step = Math.floor(step / 2)) {
    while (kept + step <= characters.length && fits(cut(kept + step))) kept += step;
  }
  return cut(kept);
}

/**
 * PUTs the answer, again after trouble that may pass.
 *
 * @throws ResponseNotDeliveredError if no try succeeded before the deadline
 */
export async function deliver(target: ResponseTarget, body: string, deadline: Deadline): Promise<Delivery> {
  let trouble: unknown;
  for (let tries = 0; tries < TRIES; tries++) {
    if (tries > 0 && !(await deadline.sleep(BACKOFF_MILLISECONDS[tries - 1] ?? 0))) break;
    try {
      const status = await put(target, body, deadline.within(TRY_MILLISECONDS));
      if (status >= 200 && status < 300) return "accepted";
      if (status < 500 && status !== 429) return "refused";
      trouble = new Error(`It answered with status ${status}.`);
    } catch (error) {
      trouble = error;
    }
  }
  throw new ResponseNotDeliveredError(target.host, trouble);
}

/** node:https and not fetch: the latter costs 60 ms more at its first use, and would follow redirects. */
function put({ host, path }: ResponseTarget, body: string, deadline: Deadline): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(
      {
        method: "PUT",
        host,
        path,
        // The URL is signed for an empty Content-Type; any other makes the signature wrong.
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
