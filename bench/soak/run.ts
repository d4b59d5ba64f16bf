// `npm run soak`: 10,000 onboardings over 17 regions while everything goes wrong. Ends with code 1 if the books do not agree.
import { Command, InvalidArgumentError, Option } from "commander";
import { REGIONS } from "./regions.js";
import { soak } from "./soak.js";

/** More differences than anybody reads; the others are counted. */
const MAX_SHOWN = 20;

const whole = (text: string): number => {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1.");
  return Number(text);
};

const options = new Command("npm run soak --")
  .description(
    "Onboards thousands of customers while calls fail and functions are killed, and compares the books.",
  )
  .option("--onboardings <number>", "how many customers", whole, 10_000)
  .option("--seed <number>", "decides who leaves, which calls fail and which functions are killed", whole, 1)
  .addOption(
    new Option(
      "--break <how>",
      "puts a broken receiver in the place of the deployed one: the soak has to report it",
    ).choices(["silent", "forgetful", "careless"]),
  )
  .parse()
  .opts<{ onboardings: number; seed: number; break?: string }>();

const started = Date.now();
const { counts, differences } = await soak({
  onboardings: options.onboardings,
  seed: options.seed,
  regions: REGIONS,
  broken: options.break,
  onProgress: (done) => {
    if (done % 1000 === 0) console.error(`  ${done} customers, ${seconds()} s`);
  },
});

for (const [what, count] of Object.entries(counts)) console.log(`${String(count).padStart(9)}  ${what}`);
console.log(`${String(differences.length).padStart(9)}  differences`);
for (const difference of differences.slice(0, MAX_SHOWN)) console.log(`  ${difference}`);
if (differences.length > MAX_SHOWN) console.log(`  … and ${differences.length - MAX_SHOWN} more`);
console.log(`Seed ${options.seed}, ${REGIONS.length} regions, ${seconds()} s.`);
process.exitCode = differences.length > 0 ? 1 : 0;

function seconds(): string {
  return ((Date.now() - started) / 1000).toFixed(1);
}
