/** Services that speak JSON: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
import { escapeUri } from "@smithy/core/protocols";
import { type Answer, type Failure, type Message, type Protocol, refuse } from "./protocol.js";

/**
 * Inputs and outputs are the same in JSON as in JavaScript, except for what no function sends or reads: bytes, and times of an output, which are
 * numbers.
 *
 * @param target the service's name in `X-Amz-Target`
 */
export function json(target: string, version: "1.0" | "1.1"): Protocol {
  return {
    request: ({ name }, input): Message => ({
      path: "/",
      headers: { "content-type": `application/x-amz-json-${version}`, "x-amz-target": `${target}.${name}` },
      body: JSON.stringify(input, inSeconds),
    }),
    output: (_, { body }) => parse(body),
    failure: readFailure,
  };
}

/** Lambda's only operation that a function calls: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export const invoke: Protocol = {
  request(_, input): Message {
    const { FunctionName, Payload, ...others } = input as { FunctionName: string; Payload: Uint8Array };
    refuse(others, "Invoke's input");
    return {
      path: `/2015-03-31/functions/${escapeUri(FunctionName)}/invocations`,
      headers: { "content-type": "application/octet-stream" },
      body: Payload,
    };
  },
  output: (_, { status, headers, body }) => ({
    StatusCode: status,
    FunctionError: headers["x-amz-function-error"],
    Payload: Buffer.from(body),
  }),
  failure: readFailure,
};

/** Times are seconds since 1970. JSON.stringify has made a string of a date before it asks. */
function inSeconds(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const original = this[key];
  return original instanceof Date ? original.getTime() / 1000 : value;
}

/**
 * Leaves out what is null, as the SDK does: its types know only undefined. Looking at each value triples the instructions of parsing, so it is
 * done only where there may be a null.
 */
function parse(body: string): Readonly<Record<string, unknown>> {
  const leaveOutNull = (_: string, value: unknown) => value ?? undefined;
  return JSON.parse(body || "{}", body.includes("null") ? leaveOutNull : undefined);
}

/** Services differ in where they name an error. Some write a namespace before its name, and an address after it. */
function readFailure({ headers, body }: Answer): Failure {
  const { __type, code, Message, message = Message, ...members } = parse(body);
  const name = text(__type) ?? text(code) ?? headers["x-amzn-errortype"];
  return {
    code: name?.split(/[,:]/, 1)[0]?.split("#").at(-1),
    message: text(message),
    members,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
