/** The services that functions call. A test compares what they are sent with what the whole SDK sends. */

/** How a service is called. */
interface ServiceFacts {
  /** The first part of its host names, which is also what its signatures are for. */
  readonly host: string;
  /** An expression of one of the protocols beside this file. */
  readonly protocol: string;
  /** How often the SDK tries a call of it, and for how many milliseconds it waits at first. */
  readonly maxAttempts: number;
  readonly baseDelay: number;
}

const RETRIES = { maxAttempts: 3, baseDelay: 50 };

/** By the SDK's package. */
const SERVICES: Readonly<Record<string, ServiceFacts>> = {
  "client-cloudformation": { host: "cloudformation", protocol: `query("2010-05-15")`, ...RETRIES },
  "client-dynamodb": {
    host: "dynamodb",
    protocol: `json("DynamoDB_20120810", "1.0")`,
    maxAttempts: 4,
    baseDelay: 25,
  },
  "client-eventbridge": { host: "events", protocol: `json("AWSEvents", "1.1")`, ...RETRIES },
  "client-lambda": { host: "lambda", protocol: "invoke", ...RETRIES },
  // In the one region of each partition in which it is called.
  "client-organizations": {
    host: "organizations",
    protocol: `json("AWSOrganizationsV20161128", "1.1")`,
    ...RETRIES,
  },
  "client-sns": { host: "sns", protocol: `query("2010-03-31")`, ...RETRIES },
  "client-sqs": { host: "sqs", protocol: `json("AmazonSQS", "1.0")`, ...RETRIES },
  "client-sts": { host: "sts", protocol: `query("2011-06-15")`, ...RETRIES },
};

/**
 * Errors whose class matters: the functions ask for it, or read more than name and message, or the SDK retries because of it. The SDK knows
 * throttling by these names, which are not always those that a service sends.
 */
const NEEDED_ERRORS =
  /^(ConditionalCheckFailed|ReplicatedWriteConflict|TransactionCanceled|.*Throttl\w*)Exception$/;

/**
 * The source of a module that replaces a client's class.
 *
 * @param client the SDK's package, without its scope
 * @param errors the source of the client's errors
 * @returns undefined for a client that no function had so far
 */
export function clientSource(
  client: string,
  { className, version, errors }: { className: string; version: string; errors: string },
): string | undefined {
  const service = SERVICES[client];
  if (!service) return undefined;
  const { host, protocol, maxAttempts, baseDelay } = service;
  const names = [...errors.matchAll(/^export class (\w+)/gm)].flatMap(([, name = ""]) =>
    NEEDED_ERRORS.test(name) ? name : [],
  );
  const otherError = `${className.replace(/Client$/, "")}ServiceException`;
  const isQuery = protocol.startsWith("query");
  return `
    import { ServiceClient } from "#sdk/client.js";
    import { ${isQuery ? "query" : "invoke, json"} } from "#sdk/${isQuery ? "query" : "json"}.js";
    import { partitionOf } from "#partitions";
    import { ${otherError} } from "./models/${otherError}";
    import { ${names.join(", ")} } from "./models/errors";
    const service = {
      version: ${JSON.stringify(version)},
      variable: ${JSON.stringify(client.replace("client-", "").toUpperCase())},
      signingName: ${JSON.stringify(host)},
      protocol: ${protocol},
      maxAttempts: ${maxAttempts},
      baseDelay: ${baseDelay},
      endpointOf: (region) => \`https://${host}.\${region}.\${partitionOf(region).dnsSuffix}\`,
      errors: { __proto__: null, ${names.join(", ")} },
      otherError: ${otherError},
    };
    export class ${className} extends ServiceClient {
      constructor(settings) {
        super(service, settings);
      }
    }`;
}

/** The source of a module that replaces a command. */
export function commandSource(client: string, operation: string): string {
  const needsSchema = SERVICES[client]?.protocol.startsWith("query");
  return `
    ${needsSchema ? `import { ${operation}$ } from "../schemas/schemas_0";` : ""}
    export class ${operation}Command {
      operation = { name: "${operation}"${needsSchema ? `, output: ${operation}$[5]` : ""} };
      constructor(input = {}) {
        this.input = input;
      }
    }`;
}
