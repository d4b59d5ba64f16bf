import assert from "node:assert/strict";
import { readReceiverEnvironment } from "../../../../functions/receiver/environment.js";
import { readEnvironment } from "../../../../functions/runtime/environment.js";

describe("a function's environment", () => {
  const variables = {
    TABLE_NAME: "connections",
    CUSTOMER_ROLE_PATH: "/onboarding/",
    DEAD_LETTER_QUEUE_URL: "https://queue.example.com/1",
    AWS_REGION: "eu-west-1",
  };
  const before = { ...process.env };

  beforeEach(() => {
    Object.assign(process.env, variables, { UNRELATED: "x" });
  });

  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  });

  it("is read by its names, and nothing else with it", () => {
    assert.deepEqual(readReceiverEnvironment(), variables);
  });

  it("that lacks something names all of it, and what to do", () => {
    delete process.env.TABLE_NAME;
    process.env.AWS_REGION = "";
    assert.throws(readReceiverEnvironment, {
      message: "The function's environment lacks TABLE_NAME, AWS_REGION. Deploy the program again.",
    });
  });

  it("of another function is read the same way", () => {
    assert.deepEqual(readEnvironment<{ UNRELATED: string }>({ UNRELATED: true }), { UNRELATED: "x" });
  });
});
