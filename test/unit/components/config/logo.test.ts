import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readLogo } from "../../../../components/config/logo.js";

const SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>';
const PNG = Buffer.from("89504e470d0a1a0a", "hex");

describe("A logo", () => {
  let parent = "";
  let folder = "";

  before(() => {
    parent = mkdtempSync(join(tmpdir(), "logo-"));
    folder = join(parent, "project");
    mkdirSync(join(folder, "assets"), { recursive: true });
    writeFileSync(join(parent, "logo.svg"), SVG);
    writeFileSync(join(folder, "assets", "logo.svg"), SVG);
    writeFileSync(join(folder, "LOGO.PNG"), PNG);
    writeFileSync(join(folder, "declared.svg"), `\uFEFF <?xml version="1.0"?>${SVG}`);
    writeFileSync(join(folder, "text.png"), "no image");
    writeFileSync(join(folder, "page.svg"), "<html></html>");
    writeFileSync(join(folder, "exact.svg"), SVG.padEnd(32_768));
    writeFileSync(join(folder, "large.svg"), SVG.padEnd(32_769));
  });

  after(() => rmSync(parent, { recursive: true, force: true }));

  const refused: [what: string, path: string, reason: RegExp][] = [
    ["that is not there", "logo.svg", /^is "logo\.svg": there is no such file in the project's folder\.$/],
    [
      "of another folder",
      "../logo.svg",
      /^is "\.\.\/logo\.svg": use a path within the project's folder, such as assets\/logo\.svg\.$/,
    ],
    ["from the root", "/etc/logo.png", /^is "\/etc\/logo\.png": use a path within the project's folder/],
    ["that is something else", "text.png", /^is "text\.png": its content does not match its extension\.$/],
    ["that is a page", "page.svg", /^is "page\.svg": its content does not match its extension\.$/],
    [
      "that is too large",
      "large.svg",
      /^is "large\.svg": the file has 32769 bytes, but the page takes 32768 at most\.$/,
    ],
  ];
  for (const [what, path, reason] of refused) {
    it(`${what} is refused in one sentence`, () => {
      assert.throws(() => readLogo(path, folder), { message: reason });
    });
  }

  it("is a data: URI of its own kind", () => {
    assert.equal(
      readLogo("assets/logo.svg", folder),
      `data:image/svg+xml;base64,${Buffer.from(SVG).toString("base64")}`,
    );
    assert.equal(readLogo("LOGO.PNG", folder), `data:image/png;base64,${PNG.toString("base64")}`);
    assert.match(readLogo("declared.svg", folder), /^data:image\/svg\+xml;/);
    assert.equal(readLogo("exact.svg", folder).length, 43_718);
  });

  it("is none without a path", () => {
    assert.equal(readLogo("", folder), "");
  });
});
