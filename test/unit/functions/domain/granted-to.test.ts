import assert from "node:assert/strict";
import { grantedToInFull, grantedToOf } from "../../../../functions/domain/granted-to.js";

describe("Who gets access", () => {
  for (const [tenant, ascii, full] of [
    ["", "Acme", "Acme"],
    ["4711", "Acme (4711)", "Acme (4711)"],
    ["two  spaces", "Acme (two  spaces)", "Acme (two  spaces)"],
    ["Müller & Søn", "Acme (Muller & Son)", "Acme (Müller & Søn)"],
    ["Łódź (4711)", "Acme (Lodz (4711))", "Acme (Łódź (4711))"],
    ["株式会社", "Acme", "Acme (株式会社)"],
    ["東京 4711", "Acme (4711)", "Acme (東京 4711)"],
  ] as const) {
    it(`is "${ascii}" in a stack and "${full}" elsewhere, for the tenant "${tenant}"`, () => {
      const grantedTo = grantedToOf("Acme", tenant);
      assert.equal(grantedTo, ascii);
      assert.equal(grantedToInFull({ grantedTo, tenant }), full);
    });
  }

  it("fits into the template's parameter, in ASCII, whatever the names", () => {
    for (const letter of ["x", "ß", "½", "㎯", "ﷺ", "😀", "ü"]) {
      const grantedTo = grantedToOf("v".repeat(128), letter.repeat(100));
      assert.match(grantedTo, /^[\x20-\x7e]{1,256}$/, letter);
    }
  });

  it("is what the record says if that was made in another way", () => {
    assert.equal(grantedToInFull({ grantedTo: "Acme", tenant: "Müller" }), "Acme");
  });
});
