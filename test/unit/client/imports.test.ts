/** What the client's users have to install: two packages for the client, and nothing of Pulumi's for the operator's command. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

async function packagesOf(entryPoint: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: fileURLToPath(new URL("../../..", import.meta.url)),
    entryPoints: [entryPoint],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "es2022",
    write: false,
    metafile: true,
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  const packages = imports.filter(({ external, path }) => external && !path.startsWith("node:"));
  return [...new Set(packages.map(({ path }) => path))].sort();
}

describe("The packages that are imported by", () => {
  it("the client are the SDK's client for DynamoDB and its credential providers", async () => {
    assert.deepEqual(await packagesOf("client/index.ts"), [
      "@aws-sdk/client-dynamodb",
      "@aws-sdk/credential-providers",
    ]);
  });

  it("the operator's command are none of Pulumi's", async () => {
    const packages = await packagesOf("client/cli/index.ts");
    assert.ok(packages.includes("commander"));
    assert.deepEqual(
      packages.filter((name) => /pulumi/.test(name)),
      [],
    );
  });
});
