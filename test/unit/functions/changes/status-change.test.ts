import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { ENDING_SOON_DETAIL_TYPE, EndingSoon } from "../../../../functions/changes/ending-soon.js";
import {
  ORGANIZATION_DETAIL_TYPE,
  OrganizationStatus,
} from "../../../../functions/changes/organization-status.js";
import { DETAIL_TYPE, StatusChange } from "../../../../functions/changes/status-change.js";
import {
  TEMPLATE_OUTDATED_DETAIL_TYPE,
  TemplateOutdated,
} from "../../../../functions/changes/template-outdated.js";

const document = readFileSync(new URL("../../../../docs/events.md", import.meta.url), "utf8");
const [example, schema, endingSoonSchema, outdatedSchema, organizationSchema] = [
  ...document.matchAll(/```json\n([\s\S]*?)```/g),
].map(([, text = ""]) => JSON.parse(text));

describe("docs/events.md", () => {
  it("has the schema that events are made from", () => {
    assert.deepEqual(schema, JSON.parse(JSON.stringify(toJsonSchema(StatusChange))));
  });

  it("has the schema of the warning", () => {
    assert.deepEqual(endingSoonSchema, JSON.parse(JSON.stringify(toJsonSchema(EndingSoon))));
    assert.ok(document.includes(ENDING_SOON_DETAIL_TYPE));
  });

  it("has the schema of what it says of templates", () => {
    assert.deepEqual(outdatedSchema, JSON.parse(JSON.stringify(toJsonSchema(TemplateOutdated))));
    assert.ok(document.includes(TEMPLATE_OUTDATED_DETAIL_TYPE));
  });

  it("has the schema of what it says of organizations", () => {
    assert.deepEqual(organizationSchema, JSON.parse(JSON.stringify(toJsonSchema(OrganizationStatus))));
    assert.ok(document.includes(ORGANIZATION_DETAIL_TYPE));
  });

  it("has an example that matches it", () => {
    v.assert(StatusChange, example.detail);
    assert.equal(example["detail-type"], DETAIL_TYPE);
  });
});
