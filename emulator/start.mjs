// `npm start`: reads the command line, installs what is missing, and hands over to start.ts. Plain JavaScript without dependencies, so
// that the help, and what is wrong with an option, can be said before anything is installed.
import "../scripts/node-version.cjs";
import { parseArgs } from "node:util";
import { prepare } from "./prepare.mjs";
import { runningClouds } from "./runs.mjs";

const HELP = `Deploys the onboarding program to an embedded cloud on this machine, and plays customers.

  npm start                     play customers, then leave the page running until Ctrl-C
  npm start -- --once           play customers, then exit: with 0 if every step succeeded
  npm start -s -- --json        like --once, but print one JSON document
  npm start -- --regions a,b    the regions to deploy to; the first is the home region
                                (default: those of Pulumi.dev.yaml)
  npm start -- --auth jwt       who may call the API: jwt, iam or none
                                (default: Pulumi.dev.yaml's, or else iam)
  npm start -- --port 4566      fixed ports: this one for the embedded cloud, the next one for the
                                page and the one after it for the stand-in for the AWS console
  npm run clean                 remove what it keeps in .onboarding/
`;

const AUTHS = ["jwt", "iam", "none"];

/** @throws Error with a sentence for whoever mistyped an option */
function readOptions() {
  const { values } = parseArgs({
    options: {
      once: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      regions: { type: "string" },
      auth: { type: "string" },
      port: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const { once, json, auth, help } = values;
  if (auth !== undefined && !AUTHS.includes(auth)) {
    throw new Error(`--auth takes jwt, iam or none, not "${auth}".`);
  }
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1024 && port <= 65533)) {
    throw new Error(`--port takes a number from 1024 to 65533, not "${values.port}".`);
  }
  const regions = values.regions?.split(",").map((region) => region.trim());
  if (regions?.some((region) => !/^[a-z]{2}(-[a-z]+)+-\d+$/.test(region))) {
    throw new Error(
      `--regions takes AWS regions with commas between them, such as eu-west-1,us-east-1, not "${values.regions}".`,
    );
  }
  const twice = regions?.find((region, index) => regions.indexOf(region) < index);
  if (twice) throw new Error(`--regions names ${twice} twice: name each region once.`);
  return { help, once: once || json, json, auth, regions, port };
}

/** Node's own sentence about an option, without its advice on positional arguments. */
function usageError({ message }) {
  const [sentence] = message.split(/\. (?=To specify)/);
  return `${sentence.replace(/\.$/, "")}. See npm start -- --help.\n`;
}

let options;
try {
  options = readOptions();
} catch (error) {
  process.stderr.write(error.code?.startsWith("ERR_PARSE_ARGS") ? usageError(error) : `${error.message}\n`);
  process.exit(1);
}
if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
// Removes what killed runs have left.
runningClouds();
await prepare();
const { register } = await import("tsx/esm/api");
register();
const { start } = await import("./start.ts");
process.exit(await start(options));
