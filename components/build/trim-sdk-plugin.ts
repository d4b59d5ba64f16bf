import type { Plugin } from "esbuild";

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
];

/** Keeps out of a bundle what is of no use in Lambda. */
export const trimSdk: Plugin = {
  name: "trim-sdk",
  setup(build) {
    for (const { module, contents } of replacements) {
      build.onResolve({ filter: module }, ({ path }) => ({ path, namespace: "trim-sdk" }));
      build.onLoad({ filter: module, namespace: "trim-sdk" }, () => ({ contents }));
    }
  },
};
