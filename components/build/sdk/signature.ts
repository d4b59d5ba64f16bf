/** Signatures of version 4: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";
import { escapeUri } from "@smithy/core/protocols";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A POST without a query. */
export interface Unsigned {
  readonly path: string;
  /** All of them, the host too, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Those that something on the way may change. */
const UNSIGNED = ["user-agent", "x-amzn-trace-id"];

/** Signs what is sent to a service in a region. */
export class Signer {
  /** Good for a day, as long as the credentials are. Hidden from whoever logs a client: `of` holds the secret. */
  #key: { readonly of: string; readonly value: KeyObject } | undefined;

  constructor(
    private readonly service: string,
    private readonly region: string,
  ) {}

  /** @returns the headers, with those that prove who sends them */
  sign(
    { path, headers, body }: Unsigned,
    credentials: Credentials,
    now = new Date(),
  ): Record<string, string> {
    const { accessKeyId, sessionToken } = credentials;
    const time = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
    const date = time.slice(0, 8);
    const signed: Record<string, string> = {
      ...headers,
      "x-amz-date": time,
      ...(sessionToken && { "x-amz-security-token": sessionToken }),
    };
    const names = Object.keys(signed)
      .filter((name) => !UNSIGNED.includes(name))
      .sort();
    const lines = names.map((name) => `${name}:${signed[name]}\n`).join("");
    const canonicalPath = path.split("/").map(escapeUri).join("/");
    const canonical = ["POST", canonicalPath, "", lines, names.join(";"), digest(body)].join("\n");
    const scope = `${date}/${this.region}/${this.service}/aws4_request`;
    const toSign = ["AWS4-HMAC-SHA256", time, scope, digest(canonical)].join("\n");
    const signature = hmac(this.keyOf(credentials, date), toSign).toString("hex");
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
    return { ...signed, authorization };
  }

  private keyOf({ secretAccessKey }: Credentials, date: string): KeyObject {
    const of = `${date} ${secretAccessKey}`;
    if (this.#key?.of !== of) {
      const parts = [date, this.region, this.service, "aws4_request"];
      const value = createSecretKey(parts.reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`)));
      this.#key = { of, value };
    }
    return this.#key.value;
  }
}

function digest(data: string | Uint8Array): string {
  return hash("sha256", data);
}

function hmac(key: Buffer | KeyObject, data: string): Buffer {
  return createHmac("sha256", key).update(data).digest();
}
