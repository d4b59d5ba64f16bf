/** The document as the URL generator sends it. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { PageConfig } from "../../../../../functions/url-generator/page/index.js";
import { LANGUAGES, type Texts } from "../../../../../functions/url-generator/page/languages/index.js";
import { loadPage } from "./load-page.js";

const CONFIG: PageConfig = {
  vendorName: "Example",
  logo: "",
  brandColor: "",
  auth: "none",
  loginUrl: "",
  grants: { actions: ["ec2:Describe*"], managedPolicies: ["SecurityAudit"], statements: [], tiers: [] },
  tenantClaim: "",
  confirmation: "none",
  organizationRegions: [],
};

describe("The page's document", () => {
  let render: Awaited<ReturnType<typeof loadPage>>;
  const renderPage = (config: PageConfig, language: keyof typeof LANGUAGES = "en") =>
    render(config, language, LANGUAGES[language]);

  before(async () => {
    render = await loadPage();
  });

  it("holds one script and one style sheet, and allows exactly these", () => {
    const { body, headers } = renderPage(CONFIG);
    const hashes = (tag: string) =>
      [...body.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, "gs"))].map(
        ([, text = ""]) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`,
      );
    const policy = headers["Content-Security-Policy"] ?? "";
    const allowed = (directive: string) => new RegExp(`${directive} ([^;]+)`).exec(policy)?.[1]?.split(" ");
    assert.equal(hashes("script").length, 1);
    assert.deepEqual(allowed("script-src"), hashes("script"));
    assert.deepEqual(allowed("style-src"), hashes("style"));
    assert.doesNotMatch(body, / style=| on[a-z]+="/);
    assert.doesNotMatch(body, /https?:\/\//);
  });

  it("has the vendor's color, and allows the style sheet that it is in", () => {
    const { body, headers } = renderPage({ ...CONFIG, brandColor: "#7b2d8e" });
    const [, sheet = ""] = /<style>(.*?)<\/style>/s.exec(body) ?? [];
    assert.ok(sheet.includes("--accent:#7b2d8e"));
    const hash = createHash("sha256").update(sheet).digest("base64");
    assert.ok(headers["Content-Security-Policy"]?.includes(`style-src 'sha256-${hash}'`));
  });

  it("is cached nowhere, and sends no referrer", () => {
    const { headers } = renderPage(CONFIG);
    assert.equal(headers["Cache-Control"], "no-store");
    assert.equal(headers["Referrer-Policy"], "no-referrer");
    assert.equal(headers["X-Content-Type-Options"], "nosniff");
  });

  it("shows the logo if there is one, and the vendor's first letter otherwise", () => {
    const logo = "data:image/svg+xml;base64,PHN2Zy8+";
    assert.ok(renderPage({ ...CONFIG, logo }).body.includes(`<img src="${logo}" alt="">`));
    assert.ok(renderPage({ ...CONFIG, vendorName: "ünal" }).body.includes(">Ü</span>"));
  });

  it("treats names as text, whatever is in them", () => {
    const evil = `</script><script>alert("{{script}}$&")</script>`;
    const { body } = renderPage({
      ...CONFIG,
      vendorName: evil,
      loginUrl: `https://example.com/${evil}`,
      grants: { actions: [`ec2:${evil}`], managedPolicies: [evil], statements: [], tiers: [] },
    });
    assert.ok(!body.includes("<script>alert"));
    assert.equal(body.match(/<script/g)?.length, 2, "the configuration and the page's own");
    const [, config = ""] = /id="config">(.*?)<\/script>/s.exec(body) ?? [];
    assert.equal(JSON.parse(config).vendorName, evil);
  });

  it("is in one language, which the headers name", () => {
    for (const language of ["de", "ja"] as const) {
      const { body, headers } = renderPage(CONFIG, language);
      assert.ok(body.startsWith(`<!doctype html> <html lang="${language}">`), body.slice(0, 60));
      assert.ok(body.includes(LANGUAGES[language].document.rightsTitle));
      assert.ok(!body.includes(LANGUAGES.en.document.rightsTitle));
      assert.ok(!body.includes(LANGUAGES.en.script.retryLead));
      assert.equal(headers["Content-Language"], language);
      assert.equal(headers.Vary, "Accept-Language");
      assert.equal(
        headers["Content-Security-Policy"],
        renderPage(CONFIG).headers["Content-Security-Policy"],
        "script and styles are the same in all of them",
      );
    }
  });

  it("has at most 30 KB (gzipped) in any language", () => {
    for (const language of Object.keys(LANGUAGES) as (keyof typeof LANGUAGES)[]) {
      const { length } = gzipSync(renderPage(CONFIG, language).body);
      assert.ok(length <= 30 * 1024, `${language}: ${length} bytes`);
    }
  });

  it("leaves out no text of the document", () => {
    const document = Object.fromEntries(
      Object.keys(LANGUAGES.en.document).map((name) => [name, `⟦${name}⟧`]),
    ) as unknown as Texts["document"];
    const grants = {
      ...CONFIG.grants,
      statements: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::billing/*"] }],
      tiers: [
        { name: "read", actions: [], managedPolicies: [], statements: [] },
        { name: "manage", actions: ["ec2:RebootInstances"], managedPolicies: [], statements: [] },
      ],
    };
    const { body } = render({ ...CONFIG, grants }, "en", { ...LANGUAGES.en, document });
    const lost = Object.keys(document).filter((name) => !body.includes(`⟦${name}⟧`));
    assert.deepEqual(lost, []);
  });

  it("names every action and policy in the full list", () => {
    const { body } = renderPage(CONFIG);
    assert.match(body, /<code>ec2:Describe\*<\/code>/);
    assert.match(body, /<code>SecurityAudit \(AWS managed policy\)<\/code>/);
  });
});
