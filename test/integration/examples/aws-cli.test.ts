/** What examples/aws-cli.sh says when something is missing or goes wrong: one sentence, and nothing was created. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { close, listen, urlOf } from "../../../emulator/aws/loopback.js";

const SCRIPT = fileURLToPath(new URL("../../../examples/aws-cli.sh", import.meta.url));

describe("examples/aws-cli.sh", () => {
  let folder: string;
  let api: Server;
  let answer: { status: number; body: string };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "onboarding-aws-cli-"));
    // It may ask who it is, and nothing else.
    const standIn = `#!/usr/bin/env bash
[[ $2 == get-caller-identity ]] && echo 333300000001 || { echo "aws $*" >&2; exit 99; }
`;
    writeFileSync(join(folder, "aws"), standIn, { mode: 0o755 });
    api = createServer((_request, response) => response.writeHead(answer.status).end(answer.body));
    await listen(api);
  });

  after(async () => {
    await close(api);
    rmSync(folder, { recursive: true });
  });

  const run = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
    const env = {
      PATH: [folder, process.env.PATH].join(delimiter),
      ONBOARDING_URL: urlOf(api),
      ...environment,
    };
    return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) =>
      execFile("/bin/bash", [SCRIPT, ...args], { env }, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
      ),
    );
  };
  const connect = ["connect", "eu-west-1"];

  for (const [what, args, environment, sentence] of [
    ["a tool", connect, { PATH: "/nowhere" }, "curl is missing: install it first."],
    [
      "a variable",
      connect,
      { ONBOARDING_URL: "" },
      "ONBOARDING_URL is missing: set it to the address of the vendor's API.",
    ],
    [
      "a word",
      ["update", "eu-west-1"],
      { ONBOARDING_URL: "" },
      `usage: ${SCRIPT} connect <region> | update <region> <stack name> | disconnect <region> <stack name>`,
    ],
  ] as const) {
    it(`says which ${what.replace(/^an? /, "")} is missing`, async () => {
      assert.deepEqual(await run(args, environment), { code: 1, stdout: "", stderr: `${sentence}\n` });
    });
  }

  for (const [what, status, body, sentence] of [
    [
      "the API's own sentence",
      400,
      '{"detail": "region \\"x\\" is not offered."}',
      'region "x" is not offered.',
    ],
    ["API Gateway's", 401, '{"message": "Unauthorized"}', "Unauthorized"],
    ["that there was no answer", 404, "<html>", "no answer"],
  ] as const) {
    it(`tells ${what}, and creates nothing`, async () => {
      answer = { status, body };
      const stderr = `POST ${urlOf(api)}/connections failed: ${sentence}\n`;
      assert.deepEqual(await run(connect), { code: 1, stdout: "", stderr });
    });
  }
});
