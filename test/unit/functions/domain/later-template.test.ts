import assert from "node:assert/strict";
import type { Connection } from "../../../../functions/domain/connection.js";
import { lackedTemplate, noteLaterTemplate } from "../../../../functions/domain/later-template.js";
import { connected, pending } from "../../fixtures.js";

const url = "https://bucket.s3.us-east-1.amazonaws.com/templates/1.json";
const templates = {
  read: { url, version: "read00000002", organization: { url, version: "organization" } },
  manage: { url, version: "manage000002" },
};
const outdated: Connection = {
  ...connected,
  acceptedAt: "2026-03-01T12:00:00.000Z",
  tier: "read",
  templateVersion: "read00000001",
};

describe("A later template", () => {
  for (const [what, connection, noted] of [
    ["of the stack's tier", outdated, "read00000002"],
    [
      "of the first tier, where the stack's is no longer there",
      { ...outdated, tier: "gone" },
      "read00000002",
    ],
    ["of a role that is out of reach", { ...outdated, status: "unreachable" }, "read00000002"],
    ["after another one", { ...outdated, laterTemplate: "read0000001b" }, "read00000002"],
    ["once only", { ...outdated, laterTemplate: "read00000002" }, undefined],
    ["not where the stack has it", { ...outdated, templateVersion: "read00000002" }, undefined],
    [
      "not where the stack has it, and lacked another",
      { ...outdated, templateVersion: "read00000002", laterTemplate: "read0000001b" },
      undefined,
    ],
    ["not before CloudFormation took the response", { ...outdated, acceptedAt: undefined }, undefined],
    ["not before the code was entered", { ...outdated, confirmation: "required" }, undefined],
    ["not of what is not connected", { ...outdated, ...pending, tier: "read" }, undefined],
    ["not of what ended", { ...outdated, status: "disconnected" }, undefined],
    ["not of a role without a stack", { ...outdated, stackId: undefined }, undefined],
    [
      "of an organization, which has a template of its own",
      { ...outdated, kind: "organization" },
      "organization",
    ],
    [
      "not of an organization where none can connect any more",
      { ...outdated, kind: "organization", tier: "manage" },
      undefined,
    ],
  ] as const satisfies readonly (readonly [string, Connection, string | undefined])[]) {
    it(`is noted ${what}`, () => {
      assert.deepEqual(noteLaterTemplate(connection, templates), noted ? { laterTemplate: noted } : {});
    });
  }

  it("is lacked until the stack has it", () => {
    const noted = { ...outdated, laterTemplate: "read00000002" };
    assert.equal(lackedTemplate(noted), "read00000002");
    assert.equal(lackedTemplate({ ...noted, templateVersion: "read00000002" }), undefined);
    assert.equal(lackedTemplate(outdated), undefined);
  });
});
