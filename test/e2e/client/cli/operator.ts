/** An operator of the embedded cloud, who runs commands in this process: to load the program anew for each takes longer than the command. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../../client/cli/program.js";
import type { TestCloud } from "../../test-cloud.js";

export class Operator {
  private readonly folder = mkdtempSync(join(tmpdir(), "operate-"));
  /** What `npm start` would keep of its addresses. */
  readonly state = join(this.folder, "state.json");

  constructor({ cloud, config }: TestCloud) {
    const { endpoint, secretAccessKey } = cloud;
    const running = { endpoint, account: "111122223333", secretAccessKey, stack: "dev" };
    const regions = config["onboarding:regions"];
    writeFileSync(this.state, JSON.stringify({ ...running, homeRegion: config["aws:region"], regions }));
  }

  async run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    let [stdout, stderr] = ["", ""];
    const code = await run(["--state", this.state, ...args], {
      out: (text) => {
        stdout += text;
      },
      error: (text) => {
        stderr += text;
      },
    });
    return { code, stdout, stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
