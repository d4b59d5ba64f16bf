import assert from "node:assert/strict";
import { columns, terminalOn } from "../../../../client/cli/terminal.js";

const written = (text: string) => {
  const found = { out: "", error: "" };
  const terminal = terminalOn({
    out: (one) => {
      found.out += one;
    },
    error: (one) => {
      found.error += one;
    },
  });
  terminal.out(text);
  terminal.error(text);
  assert.equal(found.out, found.error);
  return found.out;
};

describe("What commands print", () => {
  for (const [what, text, printed] of [
    ["plain text", "Müller 株式会社 😀\nnext line", "Müller 株式会社 😀\nnext line"],
    ["an escape", "\u001b[2J", "\\u001b[2J"],
    ["a bell, a return and a tab", "\u0007\r\t", "\\u0007\\u000d\\u0009"],
    ["a control character of eight bits", "\u009b31m", "\\u009b31m"],
    ["text from right to left", "a\u202eb", "a\\u202eb"],
    ["an unpaired surrogate", "\ud800x", "\\ud800x"],
    ["an invisible tag", "\u{e0041}", "\\udb40\\udc41"],
  ] as const) {
    it(`of ${what} is ${JSON.stringify(printed)}`, () => assert.equal(written(text), printed));
  }

  it("stays the same JSON", () => {
    const value = { "\u009b": "\u001b]0;\u202e\ud800 😀 \n" };
    assert.deepEqual(JSON.parse(written(JSON.stringify(value, null, 2))), value);
  });

  it("has no cell that begins a row of its own", () => {
    assert.equal(
      columns([
        ["a", "b"],
        ["1\nconnected", "2"],
      ]),
      "a             b\n1\\nconnected  2",
    );
  });
});
