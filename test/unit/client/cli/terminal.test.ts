import assert from "node:assert/strict";
import { columns, hasColours, styled, tableOf, terminalOn } from "../../../../client/cli/terminal.js";

/** What a terminal writes to each stream. */
const streamsOf = (text: string, colours = { out: false, error: false }) => {
  const found = { out: "", error: "" };
  const terminal = terminalOn({
    out: (one) => {
      found.out += one;
    },
    error: (one) => {
      found.error += one;
    },
    colours,
  });
  terminal.out(text);
  terminal.error(text);
  return found;
};

const written = (text: string) => {
  const { out, error } = streamsOf(text);
  assert.equal(out, error);
  return out;
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

  describe("in colour", () => {
    const written = (text: string) => streamsOf(text, { out: true, error: false });

    it("is coloured where that is seen, and plain elsewhere", () => {
      assert.deepEqual(written(`it is ${styled("bad", "unsafe")}.`), {
        out: "it is \u001b[31munsafe\u001b[39m.",
        error: "it is unsafe.",
      });
    });

    it("takes nothing that somebody wrote for a style", () => {
      const evil = `\u001b[31m${styled("good", "x").replace("x", "\u001b[2J")}`;
      assert.equal(written(evil).out, "\\u001b[31m\u001b[32m\\u001b[2J\u001b[39m");
    });

    it("has columns as wide as what is seen", () => {
      const table = tableOf(["A", "B"], [[styled("good", "1"), "2"]]);
      assert.equal(written(table).error, "A  B\n1  2");
      assert.equal(
        written(table).out,
        "\u001b[1mA\u001b[22m  \u001b[1mB\u001b[22m\n\u001b[32m1\u001b[39m  2",
      );
    });

    for (const [isTTY, environment, expected] of [
      [true, {}, true],
      [false, {}, false],
      [true, { NO_COLOR: "1" }, false],
      [true, { NO_COLOR: "" }, true],
      [false, { FORCE_COLOR: "1" }, true],
      [true, { FORCE_COLOR: "0" }, false],
      [false, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
    ] as const) {
      it(`is ${expected ? "wanted" : "not wanted"} on ${isTTY ? "a terminal" : "a pipe"} with ${JSON.stringify(environment)}`, () => {
        assert.equal(hasColours({ isTTY, hasColors: () => true }, environment), expected);
      });
    }

    it("is not wanted on a terminal that has none", () => {
      assert.equal(hasColours({ isTTY: true, hasColors: () => false }, {}), false);
    });
  });
});
