/**
 * An identity provider on this machine: publishes its keys over TLS as OpenID Connect demands, and signs whatever claims
 * it is given. API Gateway (here: ministack) finds the keys by the issuer's address.
 */
import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { createServer, type Server } from "node:https";
import { Certificate } from "./certificates.js";
import { close, listen, portOf } from "./loopback.js";

const LIFETIME_SECONDS = 3600;
const KEY_ID = "local";

export class TokenIssuer {
  private constructor(
    /** The `iss` of its tokens. */
    readonly url: string,
    private readonly privateKey: KeyObject,
    private readonly server: Server,
    private readonly certificate: Certificate,
  ) {}

  static async start(): Promise<TokenIssuer> {
    const certificate = await Certificate.create("localhost");
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const server = createServer(certificate.serverOptions);
    await listen(server);
    const url = `https://localhost:${portOf(server)}`;
    const documents: Readonly<Record<string, unknown>> = {
      "/.well-known/openid-configuration": { issuer: url, jwks_uri: `${url}/jwks.json` },
      "/jwks.json": {
        keys: [{ ...publicKey.export({ format: "jwk" }), kid: KEY_ID, alg: "RS256", use: "sig" }],
      },
    };
    server.on("request", ({ url: path = "" }, response) => {
      const document = documents[path];
      response.writeHead(document ? 200 : 404, { "Content-Type": "application/json" });
      response.end(JSON.stringify(document ?? {}));
    });
    return new TokenIssuer(url, privateKey, server, certificate);
  }

  /** What ministack needs in its environment to trust this issuer's certificate. */
  get environment(): Record<string, string> {
    return { SSL_CERT_FILE: this.certificate.authorityFile };
  }

  /**
   * Makes a token, signed with RS256 and valid for an hour unless the claims say otherwise.
   * @param key any other key than the published one makes a token that nobody should accept
   */
  token(claims: Readonly<Record<string, unknown>>, key: KeyObject = this.privateKey): string {
    const now = Math.floor(Date.now() / 1000);
    const parts = [
      { alg: "RS256", typ: "JWT", kid: KEY_ID },
      { iss: this.url, iat: now, exp: now + LIFETIME_SECONDS, ...claims },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
    const signed = parts.join(".");
    return `${signed}.${createSign("RSA-SHA256").update(signed).sign(key, "base64url")}`;
  }

  async stop(): Promise<void> {
    await close(this.server);
    this.certificate.remove();
  }
}
