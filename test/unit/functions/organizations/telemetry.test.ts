/** What the lister writes into its log, and its metrics. */
import assert from "node:assert/strict";
import type { Connection } from "../../../../functions/domain/connection.js";
import { memberExternalId } from "../../../../functions/domain/external-id.js";
import { OrganizationsTelemetry } from "../../../../functions/organizations/telemetry.js";
import { connected, EXTERNAL_ID } from "../../fixtures.js";
import { type LogLine, logLines, publishedMetrics } from "../../log-lines.js";

const organization: Connection = { ...connected, kind: "organization" };
let telemetry: OrganizationsTelemetry;
const listed = { accounts: 40, complete: true, joined: 2, ended: 1, held: 0 };

describe("The lister's log", () => {
  beforeEach(() => {
    telemetry = new OrganizationsTelemetry();
  });

  it("names an organization by the beginning of its external ID only, and a member by its account", async () => {
    const lines = await logLines(() => {
      telemetry.listed(organization, { ...listed, problem: "It was denied.", error: new Error("slow") });
      telemetry.error(memberExternalId(EXTERNAL_ID, "555566667777"), new Error("no"));
    });
    const text = JSON.stringify(lines);
    assert.ok(!text.includes(EXTERNAL_ID), text);
    assert.deepEqual(
      lines.map(({ externalId, accountId }) => [externalId, accountId]),
      [
        ["eu-west-1:0b1f5a0e…", organization.accountId],
        ["eu-west-1:0b1f5a0e…", "555566667777"],
      ],
    );
  });

  it("has the metrics that its alarm watches, and none where nothing is due", async () => {
    const values = async (work: () => void) => {
      const [line = {} as LogLine] = await publishedMetrics(telemetry, work);
      return ["JoinedMembers", "EndedMembers", "HeldEnds", "IncompleteListings"].map((name) => line[name]);
    };
    assert.deepEqual(await values(() => telemetry.listed(organization, { ...listed, held: 20 })), [
      2,
      1,
      20,
      undefined,
    ]);
    assert.deepEqual(
      await values(() => telemetry.listed(organization, { ...listed, problem: "x" })),
      [2, 1, 0, 1],
    );
    assert.deepEqual(await publishedMetrics(telemetry, () => {}), []);
  });
});
