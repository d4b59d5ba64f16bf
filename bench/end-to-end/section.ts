/** The whole way on the embedded cloud, from the link to the answer. */

import { EmbeddedCloud } from "../../emulator/aws/embedded-cloud.js";
import { createLink } from "../../emulator/customer/scenario.js";
import { Deployment } from "../../emulator/deploy/deployment.js";
import { readStackConfig } from "../../emulator/deploy/stack-config.js";
import { number, type Row, type Section } from "../rows.js";

const AT_ONCE = [1, 8, 32];
const LEAST = 16;

export async function wholeWay(): Promise<Section> {
  const config = readStackConfig("dev");
  const regions = config["onboarding:regions"] as readonly string[];
  const cloud = await EmbeddedCloud.start({ regions });
  try {
    const { onboardingUrl } = (await new Deployment(cloud).up(config)) as { onboardingUrl: string };
    let accounts = 0;
    /** @returns milliseconds from the request to its answer */
    const onboard = async (): Promise<number> => {
      const number = accounts++;
      const accountId = String(400_000_000_000 + number);
      const region = regions[number % regions.length] ?? "";
      const { link } = await createLink(onboardingUrl, { accountId, region });
      const stack = await cloud.customer(accountId).createStack(link);
      const { status, reason } = await stack.settled();
      if (status !== "CREATE_COMPLETE") throw new Error(`The stack is ${status}: ${reason}`);
      const [request] = stack.requests;
      return (request?.answeredAt ?? 0) - (request?.madeAt ?? 0);
    };
    // Each region's functions are started.
    await Promise.all(regions.map(onboard));
    const rows: Row[] = [];
    for (const atOnce of AT_ONCE) {
      const total = Math.max(LEAST, atOnce);
      const started = performance.now();
      const turns = Array.from({ length: total }).values();
      const times: number[] = [];
      const customers = Array.from({ length: atOnce }, async () => {
        for (const _ of turns) times.push(await onboard());
      });
      await Promise.all(customers);
      const seconds = (performance.now() - started) / 1000;
      times.sort((a, b) => a - b);
      const percentile = (share: number) => times[Math.ceil(times.length * share) - 1] ?? 0;
      rows.push({
        what: `${atOnce} customers at once`,
        value: `${number(total / seconds)} onboardings a second`,
        baseline: `answer p50 ${number(percentile(0.5))} ms, p99 ${number(percentile(0.99))} ms`,
      });
    }
    return { title: "The whole way, on the embedded cloud", rows };
  } finally {
    await cloud.stop();
  }
}
