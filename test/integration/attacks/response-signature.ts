/** Response URLs, as CloudFormation makes them: signed with a secret that nobody else has. */
import { createHmac, randomBytes } from "node:crypto";

const secret = randomBytes(32);

/** The parts of a response URL's key. */
export interface ResponseKey {
  readonly stackId: string;
  readonly logicalResourceId: string;
  readonly requestId: string;
}

const UNSIGNED =
  "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Expires=7200&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260101%2Feu-west-1%2Fs3%2Faws4_request";

/** The host of CloudFormation's response bucket in a region. */
export function bucketHost(region: string): string {
  return `cloudformation-custom-resource-response-${region.replaceAll("-", "")}.s3.${region}.amazonaws.com`;
}

export function responsePath({ stackId, logicalResourceId, requestId }: ResponseKey): string {
  return `/${stackId.replaceAll(":", "%3A")}%7C${logicalResourceId}%7C${requestId}`;
}

/** A URL that only CloudFormation can make. */
export function signedUrl(region: string, key: ResponseKey): string {
  return withSignature(region, key, signatureOf(bucketHost(region), `${responsePath(key)}?${UNSIGNED}`));
}

/** The same but for its signature: the best that anybody else can do. */
export function forgedUrl(region: string, key: ResponseKey): string {
  return withSignature(region, key, signatureOf("", randomBytes(8).toString("hex")));
}

/** Whether the bucket accepts a request: only if it was signed exactly as it is. */
export function isSigned(host: string, pathAndQuery: string): boolean {
  const [, signed, signature] = /^(.*)&X-Amz-Signature=([0-9a-f]+)$/.exec(pathAndQuery) ?? [];
  return signed !== undefined && signatureOf(host, signed) === signature;
}

function withSignature(region: string, key: ResponseKey, signature: string): string {
  return `https://${bucketHost(region)}${responsePath(key)}?${UNSIGNED}&X-Amz-Signature=${signature}`;
}

function signatureOf(host: string, pathAndQuery: string): string {
  return createHmac("sha256", secret).update(`PUT ${host}${pathAndQuery}`).digest("hex");
}
