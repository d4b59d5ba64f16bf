/** What is deployed stays small: every byte costs each cold start, and bytes accumulate unnoticed. */
import assert from "node:assert/strict";
import { zipBytesOf } from "../../../bench/functions/implementations.js";
import { ZIP_TARGETS } from "../../../bench/functions/zip-targets.js";
import { functionNames } from "../../../components/build/bundle.js";

describe("The zip file", () => {
  for (const name of functionNames) {
    it(`of ${name} has at most ${ZIP_TARGETS[name]} KB`, async () => {
      const bytes = await zipBytesOf(name);
      assert.ok(bytes <= ZIP_TARGETS[name] * 1024, `It has ${bytes} bytes.`);
    });
  }
});
