/** `npm run soak`: 10,000 onboardings in 17 regions while everything goes wrong. Exits with code 1 if the result is inconsistent. */
import { Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_REGIONS } from "../regions.js";
import { soak } from "./soak.js";

// As in client/cli/index.ts.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/** The others are only counted. */
const MAX_SHOWN = 20;
const PROGRESS_MILLISECONDS = 5000;

const positiveInteger = (text: string): number => {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1.");
  return Number(text);
};

const options = new Command("npm run soak --")
  .description(
    "Onboards thousands of customers while calls fail and functions are killed, and checks that everything is consistent.",
  )
  .option("--onboardings <number>", "how many customers", positiveInteger, 10_000)
  .option(
    "--seed <number>",
    "decides who leaves, which calls fail and which functions are killed",
    positiveInteger,
    1,
  )
  .addOption(
    new Option(
      "--break <how>",
      "replaces the receiver by a broken one, which the soak has to report",
    ).choices(["silent", "forgetful", "careless"]),
  )
  .parse()
  .opts<{ onboardings: number; seed: number; break?: string }>();

const started = Date.now();
let done = 0;
// Nobody watches a program for a minute that says nothing.
const progress = setInterval(() => {
  const rest = done === options.onboardings ? "; the last deliveries look for a role for up to a minute" : "";
  console.error(`  ${seconds()} s: ${done} of ${options.onboardings} customers${rest}`);
}, PROGRESS_MILLISECONDS);
const { counts, inconsistencies } = await soak({
  onboardings: options.onboardings,
  seed: options.seed,
  regions: DEFAULT_REGIONS,
  broken: options.break,
  onProgress: (customers) => {
    done = customers;
  },
});
clearInterval(progress);

for (const [what, count] of Object.entries(counts)) console.log(`${String(count).padStart(9)}  ${what}`);
console.log(`${String(inconsistencies.length).padStart(9)}  inconsistencies`);
for (const sentence of inconsistencies.slice(0, MAX_SHOWN)) console.log(`  ${sentence}`);
if (inconsistencies.length > MAX_SHOWN) console.log(`  … and ${inconsistencies.length - MAX_SHOWN} more`);
console.log(`Seed ${options.seed}, ${DEFAULT_REGIONS.length} regions, ${seconds()} s.`);
process.exitCode = inconsistencies.length > 0 ? 1 : 0;

function seconds(): string {
  return ((Date.now() - started) / 1000).toFixed(1);
}
