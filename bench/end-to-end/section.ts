/** Onboardings end to end: on the embedded cloud from the link to the response, and what they call. */
import { gzipSync } from "node:zlib";
import { mapConcurrently } from "../../emulator/concurrency.js";
import { createLink } from "../../emulator/customer/onboarding-api.js";
import { Deployment } from "../../emulator/deploy/deployment.js";
import { readStackConfig, regionsOf } from "../../emulator/deploy/stack-config.js";
import { EmbeddedCloud } from "../../emulator/embedded-cloud.js";
import { HOME_REGION } from "../regions.js";
import { formatNumber, type Row, type Section } from "../section.js";
import { soak } from "../soak/soak.js";

const CUSTOMERS_AT_ONCE = [1, 8, 32];
const MIN_CUSTOMERS = 32;
const WARM_UP_CUSTOMERS = 48;
/** Ten onboardings a second. */
const TARGET = { customers: 8, secondsEach: 0.1 };
const MAX_CALLS = 5;
const MAX_PAGE_KILOBYTES = 30;

export async function endToEnd(): Promise<Section> {
  const config = readStackConfig("dev");
  const regions = regionsOf(config);
  const cloud = await EmbeddedCloud.start({ regions });
  try {
    const { onboardingUrl } = await new Deployment(cloud).up(config);
    let customers = 0;
    /** @returns milliseconds from the request to its response */
    const onboard = async (): Promise<number> => {
      const number = customers++;
      const accountId = String(400_000_000_000 + number);
      const region = regions[number % regions.length] ?? "";
      const { link } = await createLink(onboardingUrl, { accountId, region });
      const stack = await cloud.customer(accountId).createStack(link);
      const { status, reason } = await stack.settled();
      if (status !== "CREATE_COMPLETE") throw new Error(`The stack is ${status}: ${reason}`);
      const [request] = stack.requests;
      return (request?.respondedAt ?? 0) - (request?.madeAt ?? 0);
    };
    // Starts the functions of every region, as many of each as work at once later.
    await mapConcurrently(Array.from({ length: WARM_UP_CUSTOMERS }), 8, onboard);
    const rows = [await calls(), await page(onboardingUrl)];
    for (const atOnce of CUSTOMERS_AT_ONCE) {
      const total = Math.max(MIN_CUSTOMERS, atOnce);
      const started = performance.now();
      const times = await mapConcurrently(Array.from({ length: total }), atOnce, onboard);
      const seconds = (performance.now() - started) / 1000;
      times.sort((a, b) => a - b);
      const percentile = (share: number) => formatNumber(times[Math.ceil(times.length * share) - 1] ?? 0);
      rows.push({
        what: `${atOnce} customers at once`,
        value: `${formatNumber(total / seconds)} onboardings per second`,
        baseline: `response p50 ${percentile(0.5)} ms, p99 ${percentile(0.99)} ms`,
        ...(atOnce === TARGET.customers && { measure: seconds / total, target: TARGET.secondsEach }),
      });
    }
    return { title: "An onboarding, and many at once on the embedded cloud", rows };
  } finally {
    await cloud.stop();
  }
}

/** Through the deployed bundles, and the soak's stand-in for AWS. */
async function calls(): Promise<Row> {
  const onboardings = 30;
  const { calls } = await soak({ onboardings, regions: [HOME_REGION], seed: 1, faultless: true });
  // Whole ones: with several topics, there is one more a minute, to see where capacity is.
  const perOnboarding = (isCounted: (call: string) => boolean) =>
    [...calls].reduce(
      (sum, [call, count]) => sum + (isCounted(call) ? Math.round(count / onboardings) : 0),
      0,
    );
  const all = perOnboarding(() => true);
  const customers = perOnboarding((call) => call.startsWith("sts ") || call.startsWith("bucket "));
  // Each caller of the soak has an idempotency key, which is looked up and noted.
  const ours = all - customers - 2;
  return {
    what: "Calls of AWS, with tenant, limits and several topics",
    value: String(ours),
    baseline: `besides ${customers} for the probes and the response, 2 with an Idempotency-Key, and one a minute`,
    measure: ours,
    target: MAX_CALLS,
  };
}

/** As the URL generator sends it. */
async function page(onboardingUrl: string): Promise<Row> {
  const response = await fetch(onboardingUrl);
  if (!response.ok) throw new Error(`The page could not be read: ${response.status}`);
  const kilobytes = gzipSync(await response.text()).length / 1024;
  return {
    what: "Onboarding page, all of it, gzipped",
    value: `${formatNumber(Number(kilobytes.toFixed(1)))} KB`,
    baseline: "",
    measure: kilobytes,
    target: MAX_PAGE_KILOBYTES,
  };
}
