import assert from "node:assert/strict";
import {
  type Grants,
  grantsOfTier,
  policyStatements,
  tierNames,
} from "../../../../functions/domain/grants.js";

const none = { actions: [], managedPolicies: [], statements: [] };
const statement = { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::billing/*"] };
const manifest: Grants = {
  ...none,
  actions: ["ec2:Describe*"],
  tiers: [
    { ...none, name: "read" },
    { ...none, name: "manage", actions: ["ec2:Describe*", "ec2:StopInstances"], statements: [statement] },
  ],
};

describe("The manifest of grants", () => {
  it("has one tier without a name where it names none", () => {
    assert.deepEqual(tierNames({ ...manifest, tiers: [] }), [""]);
    assert.deepEqual(tierNames(manifest), ["read", "manage"]);
  });

  it("adds a tier's own to what every role gets, each once", () => {
    assert.deepEqual(grantsOfTier(manifest, "manage"), {
      actions: ["ec2:Describe*", "ec2:StopInstances"],
      managedPolicies: [],
      statements: [statement],
    });
    assert.deepEqual(grantsOfTier(manifest, "read").actions, ["ec2:Describe*"]);
  });

  it("takes the first tier for one that is no longer there", () => {
    assert.deepEqual(grantsOfTier(manifest, "gone"), grantsOfTier(manifest, "read"));
  });

  it("makes a statement for all resources and one for each other", () => {
    assert.deepEqual(policyStatements(grantsOfTier(manifest, "manage")), [
      { Effect: "Allow", Action: ["ec2:Describe*", "ec2:StopInstances"], Resource: "*" },
      { Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::billing/*"] },
    ]);
    assert.deepEqual(policyStatements({ ...none, managedPolicies: ["SecurityAudit"] }), []);
  });
});
