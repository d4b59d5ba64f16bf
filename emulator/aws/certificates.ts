/** Certificates for servers on this machine that stand in for AWS's. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { pythonProgram } from "./python.js";

export class Certificate {
  private constructor(private readonly folder: string) {}

  /** Makes a certificate for some host names, signed by an authority of its own. */
  static async create(...hosts: readonly string[]): Promise<Certificate> {
    const folder = mkdtempSync(join(tmpdir(), "onboarding-certificate-"));
    const script = join(import.meta.dirname, "certificates.py");
    await promisify(execFile)(pythonProgram("python"), [script, folder, ...hosts]);
    return new Certificate(folder);
  }

  /** What a TLS server is made with, as PEM. */
  get serverOptions(): { readonly key: Buffer; readonly cert: Buffer } {
    return {
      key: readFileSync(join(this.folder, "server.key")),
      cert: readFileSync(join(this.folder, "server.pem")),
    };
  }

  /** The file with the authority's certificate, as PEM: whoever trusts that trusts the server. */
  get authorityFile(): string {
    return join(this.folder, "ca.pem");
  }

  /** Removes its files. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
