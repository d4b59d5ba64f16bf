/** When connections are due that became due at the same time. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { spread } from "../../../../functions/domain/spread.js";
import { EXTERNAL_ID, NOW } from "../../fixtures.js";

const HOUR = 3_600_000;

const dueIn = (hours: number, externalId = EXTERNAL_ID) =>
  (Date.parse(spread(new Date(NOW.getTime() + hours * HOUR).toISOString(), { externalId }, NOW)) -
    NOW.getTime()) /
  HOUR;

describe("What is due", () => {
  it("within an hour is due then, to the millisecond", () => {
    for (const hours of [0, 1 / 30, 1]) assert.equal(dueIn(hours), hours);
  });

  it("in a day is due in 18 to 30 hours, the same for a connection each time", () => {
    assert.ok(dueIn(24) >= 18 && dueIn(24) <= 30, `${dueIn(24)}`);
    assert.equal(dueIn(24), dueIn(24));
  });

  it("every day is spread over the day a week after 10,000 customers connected in the same minute", () => {
    const byHour = Array.from({ length: 24 }, () => 0);
    for (let number = 0; number < 10_000; number++) {
      const period = dueIn(24, `eu-west-1:${uuid(number)}`);
      for (let hours = period; hours < 8 * 24; hours += period) {
        const hour = Math.floor(hours) - 7 * 24;
        if (hour >= 0) byHour[hour] = (byHour[hour] ?? 0) + 1;
      }
    }
    const average = 10_000 / 24;
    for (const [hour, due] of byHour.entries()) {
      assert.ok(due > 0.75 * average && due < 1.25 * average, `${due} in hour ${hour}`);
    }
  });
});

/** As random as those of connections, and the same in each run. */
function uuid(number: number): string {
  const hex = createHash("md5").update(String(number)).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
