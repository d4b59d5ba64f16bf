/** What the page shows that is the vendor's own. */
export interface PageSettings {
  vendorName: string;
  /** A data: URI, or "". */
  logo: string;
  auth: "jwt" | "none";
  loginUrl: string;
  permissions: { actions: string[]; managedPolicies: string[] };
  confirmation: "none" | "code";
}

/** The onboarding page, an HTML document, and its headers. */
export function page(settings: PageSettings): { body: string; headers: Record<string, string> } {
  const title = settings.vendorName.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  return {
    body: `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1></html>`,
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": "default-src 'none'",
    },
  };
}
