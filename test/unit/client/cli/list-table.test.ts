/** The list fits into a window of usual width, whatever tenants are called. */
import assert from "node:assert/strict";
import { listOf } from "../../../../client/cli/list-table.js";
import { terminalOn, WIDTH } from "../../../../client/cli/terminal.js";
import type { Connection } from "../../../../functions/domain/connection.js";
import { connected } from "../../fixtures.js";

const NOW = new Date("2026-03-01T12:00:00.000Z");
const UUID = "6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f";

const linesOf = (...connections: Partial<Connection>[]) => {
  let printed = "";
  const out = (text: string) => {
    printed += text;
  };
  terminalOn({ out, error: out }).out(
    listOf(
      connections.map((one) => ({ ...connected, externalId: `eu-west-1:${UUID}`, ...one })),
      NOW,
    ),
  );
  return printed.split("\n").map((line) => line.split(/ {2,}/));
};

describe("onboarding list", () => {
  it("has no column for tenants if nobody has one", () => {
    assert.deepEqual(linesOf({ tenant: "" }), [
      ["STATUS", "ACCOUNT", "SINCE (UTC)", "EXTERNAL ID"],
      ["connected", "333344445555", "2026-03-01 11:00", `eu-west-1:${UUID}`],
    ]);
  });

  it("shows tenants and times in full where there is room", () => {
    assert.deepEqual(linesOf({ tenant: "4711" }, { tenant: "" }), [
      ["STATUS", "ACCOUNT", "TENANT", "SINCE (UTC)", "EXTERNAL ID"],
      ["connected", "333344445555", "4711", "2026-03-01 11:00", `eu-west-1:${UUID}`],
      ["connected", "333344445555", "-", "2026-03-01 11:00", `eu-west-1:${UUID}`],
    ]);
  });

  it("shows days where the tenants need the room, and cuts what is still too long", () => {
    assert.deepEqual(linesOf({ tenant: "example-com" }), [
      ["STATUS", "ACCOUNT", "TENANT", "SINCE", "EXTERNAL ID"],
      ["connected", "333344445555", "example-com", "2026-03-01", `eu-west-1:${UUID}`],
    ]);
    assert.deepEqual(linesOf({ tenant: "a tenant of many words" })[1]?.[2], "a tenant of ma…");
  });

  it("is 100 columns wide at most, with the longest status, region and tenant", () => {
    const longest = {
      tenant: "x".repeat(200),
      status: "disconnected",
      externalId: `ap-southeast-2:${UUID}`,
    } as const;
    for (const line of linesOf(longest)) assert.ok(line.join("  ").length <= WIDTH, line.join("  "));
  });
});
