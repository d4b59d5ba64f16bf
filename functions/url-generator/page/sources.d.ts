// What components/build/page-sources-plugin.ts turns these imports into when it bundles the function; they work nowhere else.

declare module "*.html" {
  /** The document, with whitespace between tags collapsed. */
  const text: string;
  export default text;
}

declare module "*.css" {
  /** The style sheet, minified. */
  const text: string;
  export default text;
}

declare module "browser:*" {
  /** A browser program and everything that it imports: one minified classic script. */
  const text: string;
  export default text;
}
