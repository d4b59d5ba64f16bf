/**
 * An organization of 5,000 accounts: all of them are connected by one stack, and nothing is called faster than it is paced. Its accounts'
 * roles are made by a real stack in each. It takes many minutes; MEMBERS in the environment makes it smaller.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { mapConcurrently } from "../../../emulator/concurrency.js";
import { CustomerOrganization } from "../../../emulator/customer/customer-organization.js";
import { runScheduled } from "../../../emulator/deploy/scheduled.js";
import { ApiClient } from "../api-client.js";
import { TestCloud } from "../test-cloud.js";

const REGION = "eu-west-1";
const MEMBERS = Number(process.env.MEMBERS ?? 5000);
const PAGE_SIZE = 20;

/** As functions/organizations paces itself. */
const PAGES_A_SECOND = 5;

describe(`an organization of ${MEMBERS} accounts`, function () {
  this.timeout(3_600_000);
  const folder = mkdtempSync(join(tmpdir(), "onboarding-capacity-"));
  const logFile = join(folder, "requests.log");
  let test: TestCloud;

  before(async () => {
    test = await TestCloud.start({ "onboarding:regions": ["us-east-1", REGION] }, { REQUEST_LOG: logFile });
  });

  after(async () => {
    await test?.cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** When each call of an operation was made, in seconds. */
  const callsOf = (...operations: string[]) =>
    readFileSync(logFile, "utf8")
      .split("\n")
      .map((line) => line.split(" "))
      .filter(([, , operation = ""]) => operations.includes(operation))
      .map(([time]) => Number(time));

  it("is connected, at the pace that it says", async () => {
    const { accounts } = test.cloud;
    const organization = await CustomerOrganization.create(accounts, test.newAccount());
    const members = Array.from({ length: MEMBERS }, () => test.newAccount());
    await mapConcurrently(members, 8, (accountId) => organization.join(accountId));
    await organization.trustStackSets(true, REGION);

    const api = new ApiClient(test.program.onboardingUrl);
    const accountId = organization.managementAccount;
    const { body } = await api.post("/organizations", { accountId, region: REGION });
    const seconds = stopwatch();
    const stack = await test.cloud.customer(accountId).createStack(body.link);
    const outcome = await stack.settled(1800);
    assert.equal(outcome.status, "CREATE_COMPLETE", outcome.reason);
    const rollOut = seconds();

    const id = encodeURIComponent(body.externalId);
    const before = {
      writes: writes().length,
      probes: callsOf("AssumeRole").length,
      lists: callsOf("ListAccounts").length,
    };
    const connecting = stopwatch();
    let shown = { counts: { connected: 0 }, total: 0 };
    let runs = 0;
    let failed = 0;
    do {
      // What is not due is left alone, and what somebody else is at, too: the rules run both each minute.
      for (const name of ["organizations", "health"]) {
        // A run that fails, because the embedded cloud is too slow, loses nothing: the next one does the rest.
        await runScheduled(test.cloud.vendor, REGION, `onboarding-dev-${name}`).catch(() => (failed += 1));
      }
      shown = (await api.get(`/organizations/${id}`)).body;
      runs += 1;
      await sleep(1000);
    } while (shown.counts.connected < MEMBERS && runs < 2000);
    const took = connecting();
    assert.equal(shown.counts.connected, MEMBERS, JSON.stringify(shown));

    const lists = callsOf("ListAccounts").slice(before.lists);
    const fastest = Math.max(
      ...lists.map((time) => lists.filter((one) => one >= time && one < time + 1).length),
    );
    print([
      ["roles made by StackSets, 8 at a time", `${rollOut} s`, "about 50 min on AWS, 100 at a time"],
      ["looks at lister and health check", `${runs}`, "each does what is due"],
      ["runs that failed", `${failed}`, "none"],
      ["connected after", `${took} s`, "4 to 6 min"],
      ["ListAccounts", `${lists.length}`, `${Math.ceil((MEMBERS + 1) / PAGE_SIZE)} a listing, 5 a second`],
      ["most in one second", `${fastest}`, `${PAGES_A_SECOND}`],
      ["AssumeRole", `${callsOf("AssumeRole").length - before.probes}`, `${3 * MEMBERS}, and one a listing`],
      ["writes of the table", `${writes().length - before.writes}`, `about ${3 * MEMBERS} on the first day`],
    ]);
    assert.ok(fastest <= PAGES_A_SECOND + 1, `${fastest} pages in one second`);
  });

  const writes = () => callsOf("PutItem", "UpdateItem", "TransactWriteItems", "DeleteItem");
});

function stopwatch(): () => number {
  const started = Date.now();
  return () => Math.round((Date.now() - started) / 1000);
}

function print(rows: readonly (readonly [what: string, measured: string, estimate: string])[]): void {
  for (const [what, measured, estimate] of rows) {
    process.stdout.write(`      ${what.padEnd(42)} ${measured.padStart(8)}   estimate: ${estimate}\n`);
  }
}
