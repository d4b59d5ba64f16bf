import assert from "node:assert/strict";
import type { Connection } from "../../../../functions/domain/connection.js";
import type { Grants } from "../../../../functions/domain/grants.js";
import german from "../../../../functions/url-generator/page/languages/grants/de.json" with { type: "json" };
import { updateOf } from "../../../../functions/url-generator/stack-update.js";
import type { TemplateHistory } from "../../../../functions/url-generator/template-history.js";
import { connected, pending } from "../../fixtures.js";

const none = { actions: [], managedPolicies: [], statements: [] };
const grants: Grants = {
  ...none,
  actions: ["ec2:Describe*"],
  tiers: [
    { ...none, name: "read" },
    { ...none, name: "manage", actions: ["ec2:StopInstances"] },
  ],
};
const current = {
  read: { url: "https://b.s3.us-east-1.amazonaws.com/templates/read.json", version: "read00000002" },
  manage: { url: "https://b.s3.us-east-1.amazonaws.com/templates/manage.json", version: "manage000002" },
};
const versions = new Map([
  ["read00000001", { ...none, actions: ["ec2:Describe*", "s3:GetObject"] }],
  ["read00000002", { ...none, actions: ["ec2:Describe*"] }],
]);
const history = { grantsOf: async (version: string) => versions.get(version) } as TemplateHistory;

const updateFrom = (templateVersion: string, changes: Partial<Connection> = {}) =>
  updateOf({ ...connected, tier: "read", templateVersion, ...changes }, { current, grants, history });

describe("The update of a stack", () => {
  it("is none while it has the current template of its tier, or is not connected", async () => {
    assert.equal(await updateFrom("read00000002"), undefined);
    assert.equal(await updateFrom("read00000001", { ...pending, status: "pending" }), undefined);
    assert.equal(await updateFrom("read00000001", { status: "disconnected" }), undefined);
    assert.equal(await updateFrom("read00000001", { stackId: undefined }), undefined);
  });

  it("leads to the current template, and says what changes", async () => {
    const update = await updateFrom("read00000001");
    assert.ok(update?.link.includes(encodeURIComponent(current.read.url)));
    assert.equal(update?.templateUrl, current.read.url);
    assert.deepEqual(update?.added, []);
    assert.deepEqual(update?.removed, ["S3: the contents of objects"]);
  });

  it("leads to the tier that was asked for", async () => {
    const update = await updateFrom("read00000002", { requestedTier: "manage" });
    assert.ok(update?.link.includes(encodeURIComponent(current.manage.url)));
    assert.equal(update?.tier, "manage");
    assert.deepEqual(update?.added, ["EC2: stop instances"]);
  });

  it("says what changes in another language, if asked to", async () => {
    const connection = { ...connected, tier: "read", templateVersion: "read00000001" };
    const update = await updateOf(connection, { current, grants, history }, () => german);
    assert.deepEqual(update?.removed, ["S3: den Inhalt von Objekten"]);
  });

  it("says nothing of what changes where the earlier template is not known", async () => {
    const update = await updateFrom("unknown00000");
    assert.ok(update?.link);
    assert.equal(update?.added, undefined);
  });
});
