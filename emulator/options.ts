/** The command line of `npm start`. */
import { parseArgs } from "node:util";

const HELP = `Deploys the onboarding program to an embedded cloud and simulates customers.

  npm start                     simulate customers, then keep the onboarding page running until Ctrl-C
  npm start -- --once           simulate customers, then exit: with code 0 if every step succeeded
  npm start -s -- --json        the same as --once, but print one JSON document
  npm start -- --regions a,b    the regions to deploy to (default: those of Pulumi.dev.yaml)
  npm start -- --port 4566      the port of the embedded cloud on 127.0.0.1 (default: a free one)
  npm run clean                 remove what it keeps in .onboarding/
`;

export interface Options {
  readonly once: boolean;
  readonly json: boolean;
  /** The first is the home region. */
  readonly regions: readonly string[] | undefined;
  readonly port: number | undefined;
}

/** Reads the options, or prints the help and exits. @throws Error with a sentence for whoever mistyped one */
export function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      once: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      regions: { type: "string" },
      port: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1024 && port <= 65535)) {
    throw new Error(`--port takes a number from 1024 to 65535, not "${values.port}".`);
  }
  const regions = values.regions?.split(",").map((region) => region.trim());
  return { once: values.once || values.json, json: values.json, regions, port };
}
