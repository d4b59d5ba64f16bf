import assert from "node:assert/strict";
import { ConnectionsClient } from "../../../client/index.js";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

describe("A client of connections", () => {
  const options = { tableName: "onboarding-prod-connections", homeRegion: "us-east-1" };

  for (const [name, example] of Object.entries(options)) {
    it(`says that it needs ${name}, before it asks for anything`, () => {
      for (const missing of ["", undefined]) {
        assert.throws(() => new ConnectionsClient({ ...options, [name]: missing }), {
          name: "TypeError",
          message: `ConnectionsClient needs the option ${name}, such as "${example}".`,
        });
      }
    });
  }

  it("is made with both", () => {
    assert.doesNotThrow(() => new ConnectionsClient(options));
  });
});
