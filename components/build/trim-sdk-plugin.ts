import { readFile } from "node:fs/promises";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";
import { endpointResolver } from "./endpoint-resolver.js";

interface Replacement {
  /** The replaced module, as import statements name it. */
  readonly module: RegExp;
  /** The source of the module that replaces it. */
  readonly contents: string;
}

/**
 * Parts of the SDK that are useless in Lambda, or to these functions. Together they make up a quarter of a small function's size and
 * a third of its loading time.
 */
const replacements: readonly Replacement[] = [
  {
    // Lambda puts the role's credentials into environment variables ("Defined runtime environment variables" in its developer guide).
    // The SDK would look for others in files, processes, web identities and metadata services.
    module: /^@aws-sdk\/credential-provider-node$/,
    contents: `
      export const defaultProvider = () => async () => {
        const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
        if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
          throw new Error("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are missing in the environment.");
        }
        return {
          accessKeyId: AWS_ACCESS_KEY_ID,
          secretAccessKey: AWS_SECRET_ACCESS_KEY,
          ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
        };
      };`,
  },
  {
    // There is no ~/.aws/config in Lambda. The SDK would look for it again for each option that neither code nor environment sets.
    module: /^\.\/fromSharedConfigFiles$/,
    contents: `
      export const fromSharedConfigFiles = () => async () => {
        throw Object.assign(new Error("There are no configuration files in Lambda."), { tryNextLink: true });
      };`,
  },
  {
    // None of these functions uses event streams. The SDK imports this module dynamically, which keeps esbuild from seeing what else
    // is never used.
    module: /^@smithy\/core\/event-streams$/,
    contents: `
      export class EventStreamSerde {
        constructor() {
          throw new Error("This bundle has no event streams, see components/build/trim-sdk-plugin.ts.");
        }
      }
      export const eventStreamSerdeProvider = undefined;
      export const resolveEventStreamSerdeConfig = (config) => config;`,
  },
  {
    // Endpoint discovery is off by default, and DynamoDB's endpoints follow from their regions.
    module: /^@aws-sdk\/middleware-endpoint-discovery$/,
    contents: `
      export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
        environmentVariableSelector: () => false,
        configFileSelector: () => false,
        default: false,
      };
      export const resolveEndpointDiscoveryConfig = (config) => config;`,
  },
  {
    // All bodies are Node streams. Merely checking for a web stream makes Node load its whole implementation of them.
    module: /\/stream-type-check$/,
    contents: `
      export const isReadableStream = () => false;
      export const isBlob = () => false;`,
  },
  {
    module: /\/isStreamingPayload$/,
    contents: `
      import { Readable } from "node:stream";
      export const isStreamingPayload = (request) => request?.body instanceof Readable;`,
  },
  {
    // Makes the same kind of UUID without loading Web Crypto.
    module: /^\.\/uuid\/v4$/,
    contents: `
      import { randomUUID } from "node:crypto";
      export const bindV4 = () => () => randomUUID();`,
  },
  {
    // Signs for several regions at once, which these functions never do.
    module: /^@aws-sdk\/signature-v4-multi-region$/,
    contents: `
      import { SignatureV4 } from "@smithy/signature-v4";
      export class SignatureV4MultiRegion extends SignatureV4 {
        static sigv4aDependency = () => "none";
      }`,
  },
  {
    // Signs the headers of event streams.
    module: /^\.\/HeaderFormatter$/,
    contents: `
      export class HeaderFormatter {
        format() {
          throw new Error("This bundle has no event streams, see components/build/trim-sdk-plugin.ts.");
        }
      }`,
  },
  {
    // Lambda's runtime brings the store of an invocation itself, where it has one; the variable _X_AMZN_TRACE_ID is read without it.
    module: /^@aws\/lambda-invoke-store$/,
    contents:
      "export const InvokeStore = { getInstanceAsync: async () => globalThis.awslambda?.InvokeStore };",
  },
  {
    // Node always has its own of both.
    module: /^\.\/(Sha256|Md5)Js$/,
    contents: "export const Sha256Js = undefined; export const Md5Js = undefined;",
  },
  {
    // AWS_RETRY_MODE and AWS_DEFAULTS_MODE are not set: retries are standard ones.
    module: /\/AdaptiveRetryStrategy$/,
    contents: `
      export class AdaptiveRetryStrategy {
        constructor() {
          throw new Error("This bundle has no adaptive retries, see components/build/trim-sdk-plugin.ts.");
        }
      }`,
  },
  {
    // Lambda sets AWS_REGION.
    module: /^\.\/getInstanceMetadataRegion$/,
    contents: "export const getInstanceMetadataRegion = async () => undefined;",
  },
  {
    // The list of partitions, for rules of endpoints that are left out below.
    module: /^\.\/partitions$/,
    contents: "export const partitionsInfo = { partitions: [] };",
  },
  {
    module: /\/resolveDefaultsModeConfig$/,
    contents: `export const resolveDefaultsModeConfig = () => async () => "legacy";`,
  },
];

const projectFolder = fileURLToPath(new URL("../..", import.meta.url));

/** Keeps out of a bundle what is of no use in Lambda. */
export const trimSdk: Plugin = {
  name: "trim-sdk",
  setup({ onLoad, onResolve }) {
    for (const { module, contents } of replacements) {
      onResolve({ filter: module }, ({ path, resolveDir }) => ({
        path,
        namespace: "trim-sdk",
        pluginData: resolveDir,
      }));
      onLoad({ filter: module, namespace: "trim-sdk" }, ({ pluginData: resolveDir }) => ({
        contents,
        resolveDir,
      }));
    }
    // A client's own rules for endpoints know every partition, and ways to ask for FIPS and dual-stack endpoints.
    onLoad({ filter: /client-[a-z]+[/\\]dist-es[/\\]endpoint[/\\]endpointResolver\.js$/ }, ({ path }) => {
      const client = clientOf(path);
      const contents = endpointResolver(client);
      const text = `components/build/endpoint-resolver.ts does not know the endpoints of @aws-sdk/${client}.`;
      return contents === undefined ? { errors: [{ text }] } : { contents, resolveDir: projectFolder };
    });
    // The SDK says its version in each request; all else in the file is for developers.
    onLoad({ filter: /client-[a-z]+[/\\]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, "utf8")) as { version: string };
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
    onLoad({ filter: /client-[a-z]+[/\\]dist-es[/\\]schemas[/\\]schemas_0\.js$/ }, async ({ path }) => ({
      contents: withoutUnused(await readFile(path, "utf8")),
    }));
  },
};

/**
 * Errors whose class matters: the functions ask for it, or read more than name and message, or the SDK retries because of it. The SDK knows
 * throttling by these names, which are not always those that a service sends.
 */
const NEEDED_ERRORS =
  /^(ConditionalCheckFailed|ReplicatedWriteConflict|TransactionCanceled|.*Throttl\w*)Exception$/;

/**
 * A client's schemas, of which esbuild can leave out those that are not used. It cannot see that nothing happens when one of them is made,
 * because of their computed keys, and each error is registered. For an error without a class the SDK makes one of its service's base
 * class, with the same name.
 */
function withoutUnused(schemas: string): string {
  return schemas
    .replace(/^n0_registry\.registerError\((\w+)\$, \w+\);$/gm, (statement, name: string) =>
      NEEDED_ERRORS.test(name) ? statement : "",
    )
    .replace(/^((?:export )?var [\w$]+ = )(\[.*?\]);$/gms, "$1/* @__PURE__ */ (() => $2)();");
}

/** The client that a file belongs to, such as `client-sts`. */
function clientOf(path: string): string {
  return (
    path
      .split(sep)
      .filter((part) => part.startsWith("client-"))
      .at(-1) ?? ""
  );
}
