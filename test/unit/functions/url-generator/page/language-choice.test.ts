import assert from "node:assert/strict";
import * as fc from "fast-check";
import { chooseLanguage } from "../../../../../functions/url-generator/page/language-choice.js";

const OFFERED = ["en", "de", "fr", "pt-BR"];

describe("The language of a visitor", () => {
  for (const [what, header, language] of [
    ["without a wish is the default", undefined, "en"],
    ["with an empty wish is the default", "", "en"],
    ["is the one that they ask for", "de", "de"],
    ["does not depend on case", "DE-at", "de"],
    ["is found for a country's variety", "fr-CA,en;q=0.5", "fr"],
    ["is the one that they like best", "fr;q=0.3, de;q=0.9, en;q=0.1", "de"],
    ["is the next one if the first is not offered", "sv, fr;q=0.7", "fr"],
    ["is none that they do not want", "de;q=0, fr;q=0.1", "fr"],
    ["is the default for any", "sv, *;q=0.5", "en"],
    ["is the default if none is offered", "sv,nb;q=0.9", "en"],
    ["is a variety that is offered", "pt-BR", "pt-BR"],
    ["is the default if the weight is no number", "de;q=much", "en"],
    ["is looked for in nothing longer than a language tag gets", `de-${"a-".repeat(5000)}, fr;q=0.1`, "fr"],
  ] as const) {
    it(what, () => assert.equal(chooseLanguage(header, OFFERED), language));
  }

  it("is always one that is offered, whatever the header says", () => {
    fc.assert(fc.property(fc.string(), (header) => OFFERED.includes(chooseLanguage(header, OFFERED))));
  });
});
