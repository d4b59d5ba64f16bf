import assert from "node:assert/strict";
import { renderOrganizationTemplate } from "../../../components/template/render-organization-template.js";
import { renderTemplate } from "../../../components/template/render-template.js";
import { ACCOUNT, ofType, only, type Run, runOnce, smallStack } from "./run-program.js";

const object = "s3/bucketObjectv2:BucketObjectv2";

/** The template of an account, or of an organization. */
const objectOf = (run: Run, what = "") => only(run, object, `onboarding-template-${what}template`);

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
    const values = {
      accountId: ACCOUNT,
      confirmation: "code" as const,
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
    };
    for (const [what, render] of [
      ["", renderTemplate],
      ["organization-", renderOrganizationTemplate],
    ] as const) {
      const { key, body } = render(values);
      const { inputs } = objectOf(run, what);
      assert.equal(inputs.key, key);
      assert.equal(inputs.content, body);
      assert.equal(inputs.contentType, "application/json");
    }
  });

  it("is none for organizations where they cannot connect", async () => {
    const keys = async (config: object) => ofType(await runOnce({ ...smallStack, ...config }), object).length;
    assert.equal(await keys({}), 2);
    assert.equal(await keys({ "onboarding:organizations": false }), 1);
    const optIn = { "aws:region": "af-south-1", "onboarding:regions": ["af-south-1"] };
    assert.equal(await keys(optIn), 1);
  });

  it("is another object when its content is another, and is never taken away from links already sent", async () => {
    const before = await runOnce();
    const after = await runOnce({
      ...smallStack,
      "onboarding:grants": { managedPolicies: ["SecurityAudit"], statements: [], tiers: [] },
    });
    for (const what of ["", "organization-"]) {
      assert.notEqual(objectOf(after, what).inputs.key, objectOf(before, what).inputs.key);
      assert.equal(objectOf(before, what).retainOnDelete, true);
    }
  });

  it("stays the same when only what is around it changes", async () => {
    const before = await runOnce();
    const after = await runOnce({
      ...smallStack,
      "onboarding:linkLifetimeHours": 2,
      "onboarding:tags": { a: "b" },
    });
    for (const what of ["", "organization-"]) {
      assert.equal(objectOf(after, what).inputs.key, objectOf(before, what).inputs.key);
    }
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
