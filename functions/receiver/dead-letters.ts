/**
 * What is kept when a request was answered and could not be applied: the proof that it was genuine. Its response URL
 * proves that only as long as it is good, which is two hours.
 */
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { CallOptions } from "../domain/connection.js";
import type { Request } from "./request.js";

/** A request whose answer CloudFormation's bucket took. It holds no response URL. */
export interface VerifiedRequest {
  readonly verified: true;
  /** When the answer was taken, ISO 8601. */
  readonly answeredAt: string;
  readonly request: Omit<Request, "target" | "publishedAt"> & { readonly publishedAt: string };
}

/** Keeps a request that was answered. @param cause why it was not applied */
export type KeepVerified = (request: Request, cause: unknown, options: CallOptions) => Promise<void>;

/**
 * Keeps in the region's queue, where Lambda puts what this function failed to handle, too. The client is made in trouble only: most
 * functions end without ever having had any.
 */
export function keepVerifiedIn(makeClient: () => SQSClient, queueUrl: string): KeepVerified {
  let sqs: SQSClient | undefined;
  return async ({ target, publishedAt, ...request }, cause, options) => {
    const letter: VerifiedRequest = {
      verified: true,
      answeredAt: new Date().toISOString(),
      request: { ...request, publishedAt: publishedAt.toISOString() },
    };
    sqs ??= makeClient();
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(letter),
        MessageAttributes: {
          ErrorMessage: { DataType: "String", StringValue: cause instanceof Error ? cause.name : "unknown" },
        },
      }),
      options,
    );
  };
}

/** The request of a letter, with nowhere to answer to: it was answered. */
export function readVerified({ request }: VerifiedRequest): Request {
  return { ...request, publishedAt: new Date(request.publishedAt), target: { host: "", path: "" } };
}
