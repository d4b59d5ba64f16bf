/** The built package, installed into an empty folder: nothing that it needs may be missing there. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import { reachableFrom } from "../../../components/build/reachable.js";
import { CrossAccountOnboarding } from "../../../components/cross-account-onboarding.js";
import { install, link } from "../../package.js";
import { type Run, runUnderMocks } from "../components/run-program.js";

const run = promisify(execFile);
const fixtures = fileURLToPath(new URL("fixtures/", import.meta.url));
const example = fileURLToPath(new URL("../../../examples/component-typescript/index.ts", import.meta.url));
const tsx = import.meta.resolve("tsx");

describe("The installed package", function () {
  this.timeout(300_000);

  let folder = "";
  const built = (path = "") => join(folder, "node_modules/cross-account-onboarding", path);
  const manifest = () => JSON.parse(readFileSync(built("package.json"), "utf8"));

  /** What the programs of a Pulumi user have besides. */
  before(async () => {
    folder = await install();
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs node in the folder and returns what it printed. */
  async function node(...args: string[]): Promise<string> {
    // The first versions that can require modules say that this is new.
    const { stdout, stderr } = await run(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", ...args],
      {
        cwd: folder,
        // The SDK says on Node 20 that later versions of it will not support that.
        env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
      },
    );
    assert.equal(stderr, "");
    return stdout;
  }

  describe("alone", () => {
    it("brings nothing of Pulumi's, and few packages", () => {
      const names = readdirSync(join(folder, "node_modules"), { recursive: true, withFileTypes: true })
        .filter(({ name }) => name === "package.json")
        .map(({ parentPath }) => JSON.parse(readFileSync(join(parentPath, "package.json"), "utf8")))
        .flatMap(({ name, version }) => (name && version ? [name] : []));
      assert.deepEqual(
        names.filter((name) => /pulumi|esbuild|commander/.test(name)),
        [],
      );
      assert.ok(new Set(names).size < 45, `${names.length} packages`);
    });

    it("has a client for ESM and for CommonJS", async () => {
      const use = "new ConnectionsClient({ tableName: 't', homeRegion: 'us-east-1' })";
      const find = `${use}.find({ externalId: 'no such' }).catch((error) => console.log(error.name))`;
      const from = "'cross-account-onboarding/client'";
      const imported = `import { ConnectionsClient } from ${from}; ${find}`;
      const required = `const { ConnectionsClient } = require(${from}); ${find}`;
      assert.equal(await node("--input-type=module", "-e", imported), "UnknownConnectionError\n");
      assert.equal(await node("-e", required), "UnknownConnectionError\n");
    });

    it("has the operator's program", async () => {
      const { stdout } = await run(join(folder, "node_modules/.bin/onboarding"), ["regions", "--help"]);
      assert.match(stdout, /^Usage: onboarding regions/);
    });

    it("holds no file that nothing imports", () => {
      const files = readdirSync(built("dist"), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name));
      const own = files.filter((path) => !/dist\/(bundles\/|onboarding\.cjs)/.test(relative(built(), path)));
      const entries = [".", "./client", "./provider"].flatMap((name) => {
        const { types, default: code } = manifest().exports[name];
        return [built(types), built(code)];
      });
      const schema = built("dist/components/provider/schema.json");
      assert.deepEqual(own.sort(), [...reachableFrom(entries).files, schema].sort());
    });
  });

  describe("beside Pulumi", () => {
    before(() => {
      link(folder, "@pulumi/pulumi", "@pulumi/aws", "@types/node");
      for (const name of readdirSync(fixtures)) copyFileSync(join(fixtures, name), join(folder, name));
      copyFileSync(example, join(folder, "example.ts"));
    });

    it("registers exactly what the sources register, with the bundles that were made for it", async () => {
      const entry = pathToFileURL(built("dist/components/index.js")).href;
      const installed: { CrossAccountOnboarding: typeof CrossAccountOnboarding } = await import(entry);
      const registered = async (Component: typeof CrossAccountOnboarding) => {
        const run = await runUnderMocks(() => {
          const { onboardingUrl } = new Component("onboarding", { regions: ["us-east-1", "eu-west-1"] });
          return { onboardingUrl };
        });
        return byUrn(run);
      };
      const ours = await registered(CrossAccountOnboarding);
      assert.ok(ours.length > 100);
      assert.deepEqual(await registered(installed.CrossAccountOnboarding), ours);
    });

    for (const program of ["two-onboardings.ts", "two-onboardings.cjs"]) {
      it(`is used twice in ${program}`, async () => {
        const lines = readFileSync(join(fixtures, program), "utf8").trimEnd().split("\n");
        assert.ok(lines.length <= 15, `${lines.length} lines`);
        const registered = JSON.parse(await node("--import", tsx, "--import", "./mocks.mjs", program));
        for (const name of ["trial", "live"]) {
          assert.ok(registered.includes(`onboarding:index:CrossAccountOnboarding ${name}`));
          assert.ok(registered.includes(`aws:dynamodb/table:Table ${name}-connections-table`), registered);
          assert.ok(registered.includes(`onboarding:index:Dashboard ${name}-dashboard`));
        }
      });
    }

    it("has types, for both ways to look for them", () => {
      const programs = ["two-onboardings.ts", "client.ts", "example.ts"].map((name) => join(folder, name));
      const shared = { strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, types: ["node"] };
      const nodeNext = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext };
      const node10 = {
        module: ts.ModuleKind.CommonJS,
        moduleResolution: ts.ModuleResolutionKind.Node10,
        // The compiler warns that a later version will know only the other way.
        ignoreDeprecations: "6.0",
      };
      for (const way of [nodeNext, node10]) {
        const program = ts.createProgram(programs, { ...shared, ...way, lib: ["lib.es2022.d.ts"] });
        const own = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(folder));
        assert.ok(own.length > programs.length);
        const diagnostics = own.flatMap((file) => ts.getPreEmitDiagnostics(program, file));
        assert.deepEqual(
          diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
          [],
        );
      }
    });
  });

  describe("as modules", () => {
    const entries = () =>
      Object.values<string | { default: string }>(manifest().exports).flatMap((entry) =>
        typeof entry === "string" ? [] : [built(entry.default)],
      );

    it("imports only packages that come with it or are to be there, but for what makes bundles from sources", () => {
      const { dependencies, peerDependencies } = manifest();
      const allowed = Object.keys({ ...dependencies, ...peerDependencies });
      const imported = [...reachableFrom(entries()).packages.keys()];
      const foreign = imported.filter(
        (name) => !allowed.some((known) => name === known || name.startsWith(`${known}/`)),
      );
      assert.deepEqual(foreign, ["esbuild"]);
      const client = reachableFrom([built("dist/client/index.js")]).packages;
      assert.deepEqual([...client.keys()].sort(), [
        "@aws-sdk/client-dynamodb",
        "@aws-sdk/credential-providers",
      ]);
    });

    // Plugins are loaded with require(), which takes modules but none that awaits (ERR_REQUIRE_ASYNC_MODULE):
    // https://nodejs.org/docs/latest-v22.x/api/modules.html#loading-ecmascript-modules-using-require
    it("awaits nothing at the top level of any file", () => {
      const files = [...reachableFrom(entries()).files].filter((path) => path.endsWith(".js"));
      assert.ok(files.length > 60, `${files.length} files`);
      assert.deepEqual(
        files.filter((path) => awaitsAtTopLevel(readFileSync(path, "utf8"))),
        [],
      );
      assert.ok(awaitsAtTopLevel("const a = async () => { await 1; }; for await (const b of []) {}"));
      assert.ok(!awaitsAtTopLevel("const a = async () => { await 1; }; class B { async c() { await 1; } }"));
    });

    it("can be required, all of them", async () => {
      for (const entry of entries()) {
        assert.ok(existsSync(entry), entry);
        await node("-e", `require(${JSON.stringify(entry)})`);
      }
    });
  });
});

function byUrn({ registrations }: Run) {
  return [...registrations].sort((a, b) => a.urn.localeCompare(b.urn));
}

function awaitsAtTopLevel(source: string): boolean {
  const visit = (node: ts.Node): boolean => {
    if (ts.isFunctionLike(node)) return false;
    const isAwait =
      ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined);
    return isAwait || ts.forEachChild(node, (child) => visit(child) || undefined) === true;
  };
  return visit(ts.createSourceFile("a.js", source, ts.ScriptTarget.Latest, true));
}
