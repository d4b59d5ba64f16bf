/** The document as the URL generator sends it. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { PageConfig } from "../../../../../functions/url-generator/page/index.js";
import { loadPage } from "./load-page.js";

const CONFIG: PageConfig = {
  vendorName: "Example",
  logo: "",
  auth: "none",
  loginUrl: "",
  grants: { actions: ["ec2:Describe*"], managedPolicies: ["SecurityAudit"], statements: [], tiers: [] },
  tenantClaim: "",
  confirmation: "none",
};

describe("The page's document", () => {
  let renderPage: Awaited<ReturnType<typeof loadPage>>;

  before(async () => {
    renderPage = await loadPage();
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

  it("names every action and policy in the full list", () => {
    const { body } = renderPage(CONFIG);
    assert.match(body, /<code>ec2:Describe\*<\/code>/);
    assert.match(body, /<code>SecurityAudit \(AWS managed policy\)<\/code>/);
  });
});
