import type { Plugin } from "esbuild";

interface Replacement {
  /** What is replaced: the module as it is imported, and not as a file is called. */
  readonly module: RegExp;
  /** The module that takes its place. */
  readonly contents: string;
}

/**
 * Parts of the SDK that have no use in Lambda, or none for these functions. Together they are a quarter of a small function's size,
 * and a third of what it costs to load it.
 */
const replacements: readonly Replacement[] = [
  {
    // Lambda gives a function its credentials in environment variables and nowhere else. The SDK's way to find them looks
    // into files, processes, web identities and metadata services too.
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
    // In Lambda there is no ~/.aws/config: settings come from the code and the environment. The SDK would look for the file
    // again for each setting that neither has.
    module: /^\.\/fromSharedConfigFiles$/,
    contents: `
      export const fromSharedConfigFiles = () => async () => {
        throw Object.assign(new Error("There are no configuration files in Lambda."), { tryNextLink: true });
      };`,
  },
  {
    // No call of these functions streams events. The SDK imports this part when it is needed; in a bundle of one file
    // that keeps esbuild from seeing what else of the SDK is never used.
    module: /^@smithy\/core\/event-streams$/,
    contents: `
      export class EventStreamSerde {
        constructor() {
          throw new Error("Streams of events are left out of this bundle, see components/trim-sdk.ts.");
        }
      }
      export const eventStreamSerdeProvider = undefined;`,
  },
  {
    // DynamoDB's endpoints are known by their regions. Discovery is off unless asked for, and brings a cache with it.
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
    // Bodies come and go through Node's own streams. Merely to ask whether one is a stream of the web's kind makes Node load
    // all of those.
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
    // Of the two ways to the same random UUID, the one that does not make Node load the whole of Web Crypto.
    module: /^\.\/uuid\/v4$/,
    contents: `
      import { randomUUID } from "node:crypto";
      export const bindV4 = () => () => randomUUID();`,
  },
];

/** Leaves out of a bundle what only other places than Lambda have a use for. */
export const trimSdk: Plugin = {
  name: "trim-sdk",
  setup(build) {
    for (const { module, contents } of replacements) {
      build.onResolve({ filter: module }, ({ path }) => ({ path, namespace: "trim-sdk" }));
      build.onLoad({ filter: module, namespace: "trim-sdk" }, () => ({ contents }));
    }
  },
};
