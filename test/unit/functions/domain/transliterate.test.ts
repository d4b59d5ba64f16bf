import assert from "node:assert/strict";
import { transliterate } from "../../../../functions/domain/transliterate.js";

describe("A name in ASCII", () => {
  const names: [name: string, ascii: string][] = [
    ["Acme", "Acme"],
    ["Müller & Söhne GmbH", "Muller & Sohne GmbH"],
    ["Großhandel", "Grosshandel"],
    ["Ærø Søfart", "AEro Sofart"],
    ["Łódź Œuvre Þór", "Lodz OEuvre Thor"],
    ["Ａｃｍｅ ﬁnance ½", "Acme finance 1 2"],
    ["L’Oréal – Paris", "L'Oreal - Paris"],
    ["Acme 株式会社", "Acme"],
    ["株式会社", ""],
    ["Яндекс", ""],
    ["★ & ★", ""],
  ];
  for (const [name, ascii] of names) {
    it(`of ${name} is ${ascii || "nothing"}`, () => {
      assert.equal(transliterate(name), ascii);
    });
  }
});
