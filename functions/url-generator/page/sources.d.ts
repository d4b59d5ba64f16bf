// What components/build/page-sources-plugin.ts makes of these imports when it bundles the function; they work nowhere else.

declare module "*.html" {
  /** The document, with white space between tags shortened. */
  const text: string;
  export default text;
}

declare module "*.css" {
  /** The style sheet, minified. */
  const text: string;
  export default text;
}

declare module "browser:*" {
  /** A program for the browser and all that it imports: one minified classic script. */
  const text: string;
  export default text;
}
