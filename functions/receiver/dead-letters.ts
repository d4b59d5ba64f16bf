/**
 * What is kept of a request whose response was accepted but whose changes could not be written: the proof that it was genuine. Its response
 * URL proves that for two hours only.
 */
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { CallOptions } from "../domain/connection-repository.js";
import type { Request } from "./request.js";
import type { Response } from "./response.js";

/** A request whose response CloudFormation's bucket accepted. It holds no response URL. */
export interface VerifiedRequest {
  readonly verified: true;
  /** When the response was accepted, ISO 8601. */
  readonly respondedAt: string;
  readonly request: Omit<Request, "target" | "publishedAt"> & { readonly publishedAt: string };
  readonly response: Response;
}

/** Keeps a verified request. @param response what CloudFormation was told @param cause why it could not be applied */
export type KeepVerified = (
  request: Request,
  response: Response,
  cause: unknown,
  options: CallOptions,
) => Promise<void>;

/**
 * Keeps it in the region's dead-letter queue, where Lambda also puts what this function failed to handle. The client is made only when it
 * is needed: most instances of this function never need it.
 */
export function keepVerifiedIn(makeClient: () => SQSClient, queueUrl: string): KeepVerified {
  let sqs: SQSClient | undefined;
  return async ({ target, publishedAt, ...request }, response, cause, options) => {
    const message: VerifiedRequest = {
      verified: true,
      respondedAt: new Date().toISOString(),
      request: { ...request, publishedAt: publishedAt.toISOString() },
      response: withoutData(response),
    };
    sqs ??= makeClient();
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(message),
        MessageAttributes: {
          ErrorMessage: { DataType: "String", StringValue: cause instanceof Error ? cause.name : "unknown" },
        },
      }),
      options,
    );
  };
}

/** The code that confirms a connection is shown to its customer only. */
function withoutData(response: Response): Response {
  if (response.status === "FAILED") return response;
  const { data: _, ...rest } = response;
  return rest;
}

/** The request of a dead letter. It has no target: its response was accepted. */
export function readVerified({ request }: VerifiedRequest): Request {
  return { ...request, publishedAt: new Date(request.publishedAt), target: { host: "", path: "" } };
}
