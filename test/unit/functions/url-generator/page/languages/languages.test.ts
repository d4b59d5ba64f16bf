/** The texts of the page: the same in every language, as far as a machine can tell. */
import assert from "node:assert/strict";
import { placeholdersOf } from "../../../../../../functions/url-generator/page/fill.js";
import type { GrantWords } from "../../../../../../functions/url-generator/page/grants.js";
import { LANGUAGES, type Texts } from "../../../../../../functions/url-generator/page/languages/index.js";

const SECTIONS = ["document", "script"] as const;

/** The marks that only the document's texts may have. */
const marksOf = (text: string) => text.match(/\*\*.+?\*\*|`.+?`/g) ?? [];

it("Each text of the page has a name of its own", () => {
  const names = SECTIONS.flatMap((section) => Object.keys(LANGUAGES.en[section]));
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
});

for (const [language, texts] of Object.entries<Texts>(LANGUAGES)) {
  describe(`The page's texts in ${language}`, () => {
    for (const section of SECTIONS) {
      const own: Readonly<Record<string, string>> = texts[section];
      const english: Readonly<Record<string, string>> = LANGUAGES.en[section];

      it(`are the same in number and order in the ${section}`, () => {
        assert.deepEqual(Object.keys(own), Object.keys(english));
      });

      it(`take the same values in the ${section}`, () => {
        for (const [name, text] of Object.entries(own))
          assert.deepEqual(placeholdersOf(text), placeholdersOf(english[name] ?? ""), name);
      });

      it(`have the same marks in the ${section}`, () => {
        for (const [name, text] of Object.entries(own)) {
          assert.equal(marksOf(text).length, marksOf(english[name] ?? "").length, name);
          if (section === "script") assert.deepEqual(marksOf(text), [], name);
          assert.match(text, /^\S(.*\S)?$/u, name);
        }
      });

      it(`are translated in the ${section}`, () => {
        if (language === "en") return;
        const same = Object.entries(own).filter(([name, text]) => text === english[name] && text.length > 12);
        // A form of two values, such as "{action} in {resources}", may be the same.
        assert.deepEqual(
          same.map(([name]) => name).filter((name) => name !== "limitedTo"),
          [],
        );
      });
    }

    it("describe the same services, contents and policies in grants", () => {
      const english: GrantWords = LANGUAGES.en.grants;
      assert.equal(texts.grants.language, language);
      for (const part of ["levels", "phrases", "services", "contents", "policies"] as const) {
        const own: Readonly<Record<string, string>> = texts.grants[part];
        assert.deepEqual(Object.keys(own), Object.keys(english[part]));
        for (const [name, text] of Object.entries<string>(english[part]))
          assert.deepEqual(placeholdersOf(own[name] ?? ""), placeholdersOf(text), name);
      }
    });

    it("call a part of the page what its heading says", () => {
      assert.ok(texts.script.waitingLong.includes(texts.document.rightsTitle));
    });
  });
}
