import assert from "node:assert/strict";
import type { Connection } from "../../../../functions/domain/connection.js";
import { confirmationData, newConfirmationCode } from "../../../../functions/receiver/confirmation.js";

describe("A confirmation code", () => {
  it("is eight characters that nobody mistakes for others, and another one each time", () => {
    const codes = Array.from({ length: 2000 }, newConfirmationCode);
    assert.equal(new Set(codes).size, codes.length);
    const characters = new Set(codes.flatMap((code) => [...code]));
    for (const code of codes) assert.equal(code.length, 8);
    assert.equal(characters.size, 30);
    for (const confusing of "ILOU01") assert.ok(!characters.has(confusing), confusing);
  });

  it("or a word in its place is there for every output that asks, whatever is known of the connection", () => {
    const connection = { externalId: "x" } as Connection;
    assert.deepEqual(confirmationData({ ...connection, confirmationCode: "ABCD2345" }), {
      ConfirmationCode: "ABCD2345",
    });
    for (const data of [confirmationData(connection), confirmationData(undefined)]) {
      assert.match(data.ConfirmationCode, /^not /);
    }
  });
});
