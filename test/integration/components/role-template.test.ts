import assert from "node:assert/strict";
import { renderTemplate } from "../../../components/template/render-template.js";
import { ACCOUNT, only, runOnce, smallStack } from "./run-program.js";

const object = "s3/bucketObjectv2:BucketObjectv2";

describe("The template in the bucket", () => {
  it("is what the configuration makes of it", async () => {
    const grants = { actions: ["s3:List*"], managedPolicies: ["SecurityAudit"], statements: [], tiers: [] };
    const trustedPrincipals = [`arn:aws:iam::${ACCOUNT}:role/backend-*`];
    const run = await runOnce({
      ...smallStack,
      "onboarding:auth": "none",
      "onboarding:confirmation": "code",
      "onboarding:grants": grants,
      "onboarding:retiredRegions": ["sa-east-1"],
      "onboarding:rolePath": "/vendor/",
      "onboarding:topicsByRegion": { "eu-west-1": 3 },
      "onboarding:trustedPrincipals": trustedPrincipals,
    });
    const { key, body } = renderTemplate({
      accountId: ACCOUNT,
      confirmation: "code",
      customerRolePath: "/onboarding/dev/",
      grants,
      homeRegion: "us-east-1",
      prefix: "onboarding-dev",
      regions: ["us-east-1", "eu-west-1"],
      rolePath: "/vendor/",
      servedRegions: ["us-east-1", "eu-west-1", "sa-east-1"],
      topicsByRegion: { "us-east-1": 1, "eu-west-1": 3, "sa-east-1": 1 },
      tier: "",
      trustedPrincipals,
    });
    const { inputs } = only(run, object);
    assert.equal(inputs.key, key);
    assert.equal(inputs.content, body);
    assert.equal(inputs.contentType, "application/json");
  });

  it("is another object when its content is another, and is never taken away from links already sent", async () => {
    const one = only(await runOnce(), object);
    const other = only(
      await runOnce({
        ...smallStack,
        "onboarding:grants": { managedPolicies: ["SecurityAudit"], statements: [], tiers: [] },
      }),
      object,
    );
    assert.notEqual(other.inputs.key, one.inputs.key);
    assert.equal(one.retainOnDelete, true);
  });

  it("stays the same when only what is around it changes", async () => {
    const one = only(await runOnce(), object);
    const same = only(
      await runOnce({ ...smallStack, "onboarding:linkLifetimeHours": 2, "onboarding:tags": { a: "b" } }),
      object,
    );
    assert.equal(same.inputs.key, one.inputs.key);
  });
});

describe("The template's bucket", () => {
  // Links and stacks keep its address for longer than a trial lasts.
  it("has a name that no other account can ever take over", async () => {
    const { inputs } = only(await runOnce(), "s3/bucket:Bucket");
    assert.equal(inputs.bucketNamespace, "account-regional");
    assert.equal(inputs.bucket, `onboarding-dev-${ACCOUNT}-us-east-1-an`);
  });
});
