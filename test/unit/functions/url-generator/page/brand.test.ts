/** Whatever color a vendor has, people can read the page. The contrasts are counted here once more, from WCAG's definition. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { brandStyles } from "../../../../../functions/url-generator/page/brand.js";

/** The values of the custom properties, of light and dark mode. */
function modesOf(sheet: string): Record<string, string>[] {
  return sheet
    .split("@media (prefers-color-scheme")
    .map((rules) =>
      Object.fromEntries([...rules.matchAll(/--([\w-]+): ?(#\w{6})/g)].map((match) => match.slice(1))),
    );
}

const base = readFileSync(
  new URL("../../../../../functions/url-generator/page/styles/base.css", import.meta.url),
  "utf8",
).replace("@media (prefers-color-scheme: dark)", "@media (prefers-color-scheme");

const hexColor = fc
  .integer({ min: 0, max: 0xffffff })
  .map((value) => `#${value.toString(16).padStart(6, "0")}`);

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

describe("A vendor's color", () => {
  it("stays as it is where it can be read", () => {
    const [light] = modesOf(brandStyles("#7b2d8e"));
    assert.equal(light?.accent, "#7b2d8e");
    assert.equal(light?.["accent-ink"], "#7b2d8e");
    assert.equal(light?.["on-accent"], "#ffffff");
  });

  it("stays on buttons as it is, and is changed only where it would be a text", () => {
    const [light, dark] = modesOf(brandStyles("#ffcc00"));
    assert.deepEqual([light?.accent, light?.["on-accent"]], ["#f5c400", "#000000"]);
    assert.deepEqual([dark?.accent, dark?.["accent-ink"]], ["#ffcc00", "#ffcc00"]);
  });

  it("is the page's own without one", () => assert.equal(brandStyles(""), ""));

  it("replaces every accent of the page, in both modes", () => {
    const accents = modesOf(base).map((mode) =>
      Object.keys(mode)
        .filter((name) => name.includes("accent"))
        .sort(),
    );
    assert.deepEqual(
      modesOf(brandStyles("#7b2d8e")).map((mode) => Object.keys(mode).sort()),
      accents,
    );
  });

  it("can be read on every surface, and texts on it, whatever it is", () => {
    const surfaces = modesOf(base).map(({ canvas = "", surface = "", raised = "" }) => [
      canvas,
      surface,
      raised,
    ]);
    fc.assert(
      fc.property(hexColor, (color) => {
        for (const [index, accents] of modesOf(brandStyles(color)).entries()) {
          const {
            accent = "",
            "accent-strong": strong = "",
            "on-accent": on = "",
            "accent-ink": ink = "",
            "accent-soft": soft = "",
          } = accents;
          assert.ok(contrast(on, accent) >= 4.5, `${on} on ${accent}`);
          assert.ok(contrast(on, strong) >= 4.5, `${on} on ${strong}`);
          assert.ok(contrast(ink, soft) >= 4.5, `${ink} on ${soft}`);
          for (const surface of surfaces[index] ?? []) {
            assert.ok(contrast(ink, surface) >= 4.5, `${ink} on ${surface}`);
            assert.ok(contrast(accent, surface) >= 1.4, `${accent} on ${surface}`);
          }
        }
      }),
      { numRuns: 500, examples: [["#000000"], ["#ffffff"], ["#ffff00"], ["#000080"], ["#808080"]] },
    );
  });
});
