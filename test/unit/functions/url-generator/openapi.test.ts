import assert from "node:assert/strict";
import { openApiDocument } from "../../../../functions/url-generator/openapi.js";

interface Operation {
  readonly operationId: string;
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, unknown>>;
}

describe("The OpenAPI document", () => {
  const tiers = ["read", "manage"].map((name) => ({
    name,
    actions: [],
    managedPolicies: [],
    statements: [],
  }));
  const { paths } = openApiDocument({
    auth: "iam",
    grants: { actions: ["ec2:Describe*"], managedPolicies: [], statements: [], tiers },
    organizationRegions: ["us-east-1"],
    regions: ["us-east-1"],
    vendorName: "Example Corp",
  }) as { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };
  const withBody = Object.values(paths)
    .flatMap((path) => Object.values(path))
    .filter(({ requestBody }) => requestBody !== undefined);

  it("has the operations that take a body", () => {
    assert.deepEqual(withBody.map(({ operationId }) => operationId).sort(), [
      "confirmConnection",
      "connectRole",
      "createConnection",
      "createOrganization",
      "endConnection",
      "requestTier",
    ]);
  });

  for (const { operationId, responses } of withBody) {
    it(`says what ${operationId} returns for a body that is invalid, too large or no JSON`, () => {
      const missing = ["400", "413", "415"].filter((status) => !(status in responses));
      assert.deepEqual(missing, []);
    });
  }
});
