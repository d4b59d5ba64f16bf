import assert from "node:assert/strict";
import { checkValues } from "../../../../../components/config/check.js";
import { type Refusal, refuse, values } from "../refusals.js";

const refused: Refusal[] = [
  ["tags as a list", { tags: ["a"] }, /^onboarding:tags must be a map from key to value, not \["a"\]\.$/],
  ["a tag of AWS", { tags: { "aws:x": "1" } }, /^onboarding:tags has the key "aws:x": use 1 to 128 letters/],
  [
    "the program's own tag",
    { tags: { "onboarding:stack": "x" } },
    /^onboarding:tags has the key "onboarding:stack": use .* not beginning with aws: or onboarding:\.$/,
  ],
  [
    "a tag without a text",
    { tags: { cost: 7 } },
    /^onboarding:tags has 7 for "cost", which is no text: put it into quotes\.$/,
  ],
  [
    "ten tags",
    { tags: Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`t${index}`, ""])) },
    /^onboarding:tags has 10 tags: use at most 9, because an S3 object can have ten/,
  ],
  [
    "a boundary that is no ARN",
    { permissionsBoundary: "boundary" },
    /^onboarding:permissionsBoundary is "boundary": use the ARN of a managed policy, or leave it out for none\.$/,
  ],
  [
    "a path without its slash",
    { rolePath: "/vendor" },
    /^onboarding:rolePath is "\/vendor": begin and end it with a slash, such as \/vendor\/onboarding\//,
  ],
  [
    "a path that is too long",
    { rolePath: `/${"a".repeat(511)}/` },
    /^onboarding:rolePath is "\/a+\/": .*, within 512 characters\.$/,
  ],
  ["protect in other words", { protect: "yes" }, /^onboarding:protect is "yes": use true or false\.$/],
];

describe("Configuration values of the vendor's account", () => {
  refuse(refused);

  it("can be tags, a path and a boundary", () => {
    const wanted = {
      tags: { "cost center": "R+D" },
      rolePath: "/a/b/",
      permissionsBoundary: "arn:aws:iam::111122223333:policy/boundary",
    };
    const { tags, rolePath, permissionsBoundary } = checkValues(values(wanted));
    assert.deepEqual({ tags, rolePath, permissionsBoundary }, wanted);
  });

  it("can switch protection off, as a flag or as the text that the command line stores", () => {
    for (const off of [false, "false"]) {
      assert.equal(checkValues(values({ protect: off })).protect, false);
    }
  });
});
