import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { zipSync } from "fflate";
import { bundleAll, functionNames } from "../../../../components/build/bundle.js";
import { bundle, bundleEntry, type MadeBundle } from "../../../../components/build/bundle-sources.js";
import { close, listen, urlOf } from "../../../../emulator/aws/loopback.js";

const run = promisify(execFile);
const project = fileURLToPath(new URL("../../../..", import.meta.url));

function inputs({ metafile }: MadeBundle): string[] {
  return Object.keys(metafile.inputs);
}

describe("A bundle", function () {
  this.timeout(60_000);

  const temporary: string[] = [];
  const temporaryFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), "bundle-"));
    temporary.push(folder);
    return folder;
  };

  after(() => {
    for (const folder of temporary) {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("is made of each folder in functions/ that has a handler", async () => {
    const folders = readdirSync(join(project, "functions")).filter((name) =>
      existsSync(join(project, "functions", name, "index.ts")),
    );
    assert.deepEqual([...functionNames], folders.sort());
    assert.deepEqual(Object.keys(await bundleAll()), folders);
  });

  for (const name of functionNames) {
    it(`of ${name} exports a handler and names no folder of the machine`, async () => {
      const { files } = await bundle(name);
      const text = files["index.js"] ?? "";
      assert.match(text, /handler/);
      assert.ok(!text.includes(project.slice(0, -1)));
      assert.deepEqual(JSON.parse(files["package.json"] ?? ""), { type: "commonjs" });
    });
  }

  it("of url-generator weighs little, with the page in it and without what makes the API's description", async () => {
    const made = await bundle("url-generator");
    const zip = zipSync({ "index.js": Buffer.from(made.files["index.js"] ?? "") });
    assert.ok(zip.length < 160_000, `${zip.length} bytes`);
    assert.deepEqual(
      inputs(made).filter((path) => path.includes("to-json-schema")),
      [],
    );
  });

  it("is made once, however often it is asked for", async () => {
    const [first, second] = await Promise.all([bundle("receiver"), bundle("receiver")]);
    assert.equal(first, second);
    assert.equal(await bundle("receiver"), first);
  });

  it("has the same bytes when it is written in two different folders", async () => {
    const folders = [temporaryFolder(), temporaryFolder()];
    const written = await Promise.all(
      folders.map(async (folder) => {
        for (const part of ["components", "functions", "templates", "package.json", "tsconfig.json"]) {
          cpSync(join(project, part), join(folder, part), { recursive: true });
        }
        symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
        await run(process.execPath, ["--import=tsx", "components/build/write-bundles.ts"], { cwd: folder });
        return functionNames.flatMap((name) =>
          ["index.js", "package.json"].map((file) =>
            readFileSync(join(folder, "dist/bundles", name, file), "utf8"),
          ),
        );
      }),
    );
    assert.deepEqual(written[0], written[1]);
    assert.deepEqual(
      written[0],
      Object.values(await bundleAll()).flatMap(({ files }) => [files["index.js"], files["package.json"]]),
    );
  });

  it("loads with require and signs its calls with the credentials of its environment", async () => {
    const folder = temporaryFolder();
    const { files } = await bundleEntry("test/integration/components/fixtures/signing.ts");
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(folder, name), content);
    }
    const received: IncomingHttpHeaders[] = [];
    const server = createServer((request, response) => {
      received.push(request.headers);
      response.end(request.headers["x-amz-target"] ? "{}" : "<GetCallerIdentityResponse/>");
    });
    await listen(server);
    try {
      const script = `require("./index.js").handler().then((codes) => console.log(JSON.stringify(codes)))`;
      const { stdout } = await run(process.execPath, ["-e", script], {
        cwd: folder,
        env: {
          AWS_REGION: "eu-west-1",
          AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
          AWS_SECRET_ACCESS_KEY: "secret",
          AWS_SESSION_TOKEN: "the-session",
          AWS_ENDPOINT_URL: urlOf(server),
        },
      });
      assert.deepEqual(JSON.parse(stdout), [200, 200]);
    } finally {
      await close(server);
    }
    assert.deepEqual(
      received
        .map(({ authorization }) =>
          /Credential=([^,]+),/.exec(authorization ?? "")?.[1]?.replace(/\d{8}/, "date"),
        )
        .sort(),
      ["AKIDEXAMPLE/date/eu-west-1/dynamodb/aws4_request", "AKIDEXAMPLE/date/eu-west-1/sts/aws4_request"],
    );
    for (const headers of received) {
      assert.equal(headers["x-amz-security-token"], "the-session");
    }
  });

  it("says what is missing when there are no credentials", async () => {
    const folder = temporaryFolder();
    const { files } = await bundleEntry("test/integration/components/fixtures/signing.ts");
    writeFileSync(join(folder, "index.js"), files["index.js"] ?? "");
    const script = `require("./index.js").handler().catch((error) => console.log(error.message))`;
    const { stdout } = await run(process.execPath, ["-e", script], {
      cwd: folder,
      env: { AWS_REGION: "eu-west-1" },
    });
    assert.match(stdout, /AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are missing in the environment\./);
  });
});
