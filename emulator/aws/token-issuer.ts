/**
 * An identity provider on this machine: publishes its keys over TLS as OpenID Connect says, and signs whatever claims
 * it is told to. API Gateway (here: ministack) finds the keys by the issuer's address.
 */
import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runPython } from "./ministack.js";

const LIFETIME_SECONDS = 3600;

export class LocalIssuer {
  private constructor(
    /** The `iss` of its tokens. */
    readonly url: string,
    private readonly privateKey: KeyObject,
    private readonly server: Server,
    private readonly folder: string,
  ) {}

  static async start(): Promise<LocalIssuer> {
    const folder = mkdtempSync(join(tmpdir(), "onboarding-issuer-"));
    await runPython("certificates.py", folder, "localhost");
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const server = createServer({
      key: readFileSync(join(folder, "server.key")),
      cert: readFileSync(join(folder, "server.pem")),
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `https://localhost:${(server.address() as AddressInfo).port}`;
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
    return new LocalIssuer(url, privateKey, server, folder);
  }

  /** What ministack must have in its environment to trust this issuer's certificate. */
  get environment(): Record<string, string> {
    return { SSL_CERT_FILE: join(this.folder, "ca.pem") };
  }

  /**
   * A token signed with RS256, good for an hour unless the claims say otherwise.
   * @param key another key than the published one makes a token that nobody should take
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
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const KEY_ID = "local";
