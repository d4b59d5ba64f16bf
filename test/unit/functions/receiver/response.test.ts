/** The response to CloudFormation: its form, and how long it may be. */
import assert from "node:assert/strict";
import { serialize, success } from "../../../../functions/receiver/response.js";
import { connected, RESOURCE, request, STACK, stackId } from "../../fixtures.js";

const key = { stackId: STACK, logicalResourceId: RESOURCE, requestId: "request-1" };

describe("a response's data", () => {
  const connection = { ...connected, confirmationCode: "ABCD2345" };

  it("has the code of the request's own connection", () => {
    assert.match(JSON.stringify(success(request("Create"), connection)), /ABCD2345/);
  });

  it("has nothing of another stack's connection, or of one that has ended", () => {
    for (const [asked, record] of [
      [request("Update", { stackId: stackId("other") }), connection],
      [request("Update", { logicalResourceId: "Other" }), connection],
      [request("Create"), { ...connection, status: "disconnected" }],
      [request("Delete"), connection],
    ] as const) {
      assert.doesNotMatch(JSON.stringify(success(asked, record)), /ABCD2345/);
    }
  });
});

describe("a response's text", () => {
  const failed = (reason: string) => ({ status: "FAILED" as const, reason, physicalResourceId: "id" });

  it("has the names that CloudFormation reads", () => {
    assert.deepEqual(JSON.parse(serialize(key, failed("why"))), {
      Status: "FAILED",
      Reason: "why",
      PhysicalResourceId: "id",
      StackId: STACK,
      LogicalResourceId: RESOURCE,
      RequestId: "request-1",
    });
    const success = serialize(key, { status: "SUCCESS", physicalResourceId: "id" });
    assert.ok(!("Reason" in JSON.parse(success)));
  });

  it("leaves a reason alone that fits to the byte, and cuts one that is a byte longer", () => {
    const empty = Buffer.byteLength(serialize(key, failed("")));
    const fits = "x".repeat(4096 - empty);
    assert.equal(JSON.parse(serialize(key, failed(fits))).Reason, fits);
    // The ellipsis has three bytes.
    assert.equal(JSON.parse(serialize(key, failed(`${fits}x`))).Reason, `${fits.slice(3)}…`);
  });

  // What a reader sees as one character, in one to eleven parts.
  for (const [what, character] of [
    ["letters", "x"],
    ["quotes, which are escaped", '"'],
    ["umlauts", "ü"],
    ["Japanese", "語"],
    ["combining accents", "e\u0301\u0323"],
    ["emoji", "\u{1F600}"],
    ["families", "\u{1F469}\u200d\u{1F469}\u200d\u{1F467}\u200d\u{1F466}"],
    ["flags", "\u{1F1E9}\u{1F1EA}"],
    ["line ends", "\r\n"],
  ] as const) {
    it(`cuts ${what} between two of them, and no sooner than it must`, () => {
      const text = serialize(key, failed(character.repeat(5000)));
      const { Reason } = JSON.parse(text) as { readonly Reason: string };
      const kept = Reason.slice(0, -1);
      assert.equal(Reason.at(-1), "…");
      assert.equal(kept, character.repeat(kept.length / character.length));
      const one = Buffer.byteLength(JSON.stringify(character)) - 2;
      const bytes = Buffer.byteLength(text);
      assert.ok(bytes <= 4096 && bytes + one > 4096, `it has ${bytes} bytes`);
    });
  }

  it("ends in an ellipsis alone where its first character does not fit", () => {
    assert.equal(JSON.parse(serialize(key, failed(`e${"\u0301".repeat(5000)}`))).Reason, "…");
  });
});
