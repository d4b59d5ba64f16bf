/** Signature Version 4, for callers of an HTTP API: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
import { createHash, createHmac } from "node:crypto";

export interface SigningKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

interface UnsignedRequest {
  readonly method: string;
  readonly url: string;
  readonly body?: string | undefined;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
/** As RFC 3986 has it: encodeURIComponent leaves five characters too many. */
const encoded = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/** The headers that sign a request for API Gateway. */
export function signedHeaders(
  { method, url, body = "" }: UnsignedRequest,
  { accessKeyId, secretAccessKey, region }: SigningKey,
): Record<string, string> {
  const { host, pathname, searchParams } = new URL(url);
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  // Every service but S3 signs the path as it is sent, encoded once more.
  const path = pathname.split("/").map(encoded).join("/");
  const query = [...searchParams]
    .map((pair) => pair.map(encoded).join("="))
    .sort()
    .join("&");
  const headers = "host;x-amz-date";
  const canonical = [method, path, query, `host:${host}`, `x-amz-date:${time}`, "", headers, sha256(body)];
  const scope = [time.slice(0, 8), region, "execute-api", "aws4_request"];
  const key = scope.reduce<string | Buffer>((derived, part) => hmac(derived, part), `AWS4${secretAccessKey}`);
  const signature = hmac(
    key,
    ["AWS4-HMAC-SHA256", time, scope.join("/"), sha256(canonical.join("\n"))].join("\n"),
  );
  const credential = `${accessKeyId}/${scope.join("/")}`;
  return {
    "X-Amz-Date": time,
    Authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${headers}, Signature=${signature.toString("hex")}`,
  };
}
