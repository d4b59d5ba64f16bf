/** What the bundles have of the SDK: an update that moves its files must not bring more of it back unnoticed. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { zipSync } from "fflate";
import { functionNames } from "../../../../components/build/bundle.js";
import { bundle } from "../../../../components/build/bundle-sources.js";
import { trimSdk } from "../../../../components/build/trim-sdk-plugin.js";

const project = fileURLToPath(new URL("../../../..", import.meta.url));

/** All that is wanted of the SDK. */
const WANTED = [
  // What takes the place of clients and commands has these names.
  /^client-[a-z]+\/dist-es\/(\w+Client|commands\/\w+Command|pagination\/\w+Paginator)\.js$/,
  /^client-[a-z]+\/dist-es\/models\/(errors|\w+ServiceException)\.js$/,
  /^client-(cloudformation|sns|sts)\/dist-es\/schemas\/schemas_0\.js$/,
  /^xml-builder\/dist-es\/xml-parser\.js$/,
  /^node-http-handler\/dist-es\/[\w-]+\.js$/,
  /^core\/dist-es\/submodules\/retry\/(util-retry|service-error-classification)\/[\w-]+\.js$/,
  /^core\/dist-es\/submodules\/(transport|client|schema|protocols|retry|serde)\/index\.js$/,
  /^core\/dist-es\/submodules\/transport\/(hasOwn|httpRequest|httpResponse)\.js$/,
  /^core\/dist-es\/submodules\/client\/smithy-client\/exceptions\.js$/,
  /^core\/dist-es\/submodules\/protocols\/(util-uri-escape\/escape-uri|querystring-builder\/buildQueryString)\.js$/,
  /^core\/dist-es\/legacy-root-exports\/pagination\/createPaginator\.js$/,
  // Small, and made when they are loaded: esbuild cannot see that nobody needs them.
  /^core\/dist-es\/submodules\/schema\/TypeRegistry\.js$/,
  /^core\/dist-es\/submodules\/serde\/(is-array-buffer|util-buffer-from|util-base64|util-utf8|util-stream\/blob)\/\w/,
  /^core\/dist-es\/submodules\/(serde\/uuid\/v4|retry\/middleware-retry\/(retryMiddleware|isStreamingPayload\/isStreamingPayload))\.js$/,
];

/** No file of the SDK gives more to a bundle; the largest is what makes connections. */
const MAX_BYTES_OF_A_FILE = 5000;

const MAX_BYTES_OF_A_CLIENT = 500;

describe("The SDK in a bundle", function () {
  this.timeout(60_000);

  for (const name of functionNames) {
    it(`of ${name} is nothing but what its small clients need`, async () => {
      const { metafile } = await bundle(name);
      const inputs = Object.entries(metafile.outputs["index.js"]?.inputs ?? {});
      const parts = inputs.flatMap(([path, { bytesInOutput }]) => {
        const [, part] = /node_modules\/@(?:aws-sdk|smithy)\/(.*)/.exec(path) ?? [];
        return part !== undefined && bytesInOutput > 0 ? [{ part, bytesInOutput }] : [];
      });
      assert.ok(parts.some(({ part }) => part === "client-dynamodb/dist-es/DynamoDBClient.js"));
      const unwanted = parts.filter(
        ({ part, bytesInOutput }) =>
          !WANTED.some((wanted) => wanted.test(part)) ||
          bytesInOutput > (part.endsWith("Client.js") ? MAX_BYTES_OF_A_CLIENT : MAX_BYTES_OF_A_FILE),
      );
      assert.deepEqual(unwanted, []);
    });
  }

  it("leaves the receiver's zip file below 34 KB", async () => {
    const { files } = await bundle("receiver");
    const zip = zipSync({ "index.js": Buffer.from(files["index.js"] ?? "") });
    assert.ok(zip.length < 34 * 1024, `${zip.length} bytes`);
  });

  for (const name of ["client-iam", "client-cloudwatch-logs"]) {
    it(`is not a client of which nothing is known, such as ${name}`, async () => {
      const bundled = build({
        stdin: { contents: `export * from "@aws-sdk/${name}"`, resolveDir: project },
        bundle: true,
        platform: "node",
        mainFields: ["module", "main"],
        plugins: [trimSdk],
        write: false,
        logLevel: "silent",
      });
      await assert.rejects(bundled, (error: Error) =>
        error.message.includes(
          `components/build/sdk/services.ts does not know how @aws-sdk/${name} is called`,
        ),
      );
    });
  }
});
