/**
 * Which response URLs this receiver responds to.
 *
 * Whoever may publish to the topic can put any URL into a message. Only one kind is genuine: one of CloudFormation's own
 * bucket in this region, for exactly the stack, the resource and the request that the message names. For any other no
 * call is made at all, so that nobody can make this function call a host of theirs.
 */
import { responseBucketHosts } from "../aws/response-bucket.js";

/** The three values that make the key of a response. */
export interface ResponseKey {
  readonly stackId: string;
  readonly logicalResourceId: string;
  readonly requestId: string;
}

/** Where a response goes, put together from checked parts. */
export interface ResponseTarget {
  readonly host: string;
  /** Path and query, as signed. */
  readonly path: string;
}

/** AWS signs URLs with these parameters and no others; the names differ between its two ways to sign. */
const PARAMETER = /^(x-amz-[a-z0-9-]+|x-id|awsaccesskeyid|expires|signature)$/i;

const MAX_QUERY = 4096;

/**
 * CloudFormation's URLs are good for two hours from when they are made, a moment before the request is published. For as long as this a genuine
 * one certainly is.
 */
const CERTAINLY_GOOD_MILLISECONDS = 110 * 60_000;

/** Whether the bucket can have refused a response to the request only because nobody signed its URL, and not because it is too old. */
export function isUrlGood({ publishedAt }: { readonly publishedAt: Date }, now: Date): boolean {
  return now.getTime() - publishedAt.getTime() < CERTAINLY_GOOD_MILLISECONDS;
}

/**
 * The target of a response, if CloudFormation can have made the URL for this request in this region. The text itself is compared, before
 * any parser could read something else into it: no port, no user, no other spelling.
 *
 * @returns undefined for any other URL
 */
export function responseTarget(url: string, key: ResponseKey, region: string): ResponseTarget | undefined {
  const [, host, path, query] = /^https:\/\/([^/?#]+)(\/[^?#]*)\?([^#]+)$/.exec(url) ?? [];
  if (host === undefined || path === undefined || query === undefined) return undefined;
  const isGenuine = responseBucketHosts(region).includes(host) && isPathOf(path, key) && isSigned(query);
  return isGenuine ? { host, path: `${path}?${query}` } : undefined;
}

/** Whether it is the path of this response, as AWS may write it: with colons and bars escaped or not, and nothing else. */
function isPathOf(path: string, { stackId, logicalResourceId, requestId }: ResponseKey): boolean {
  // None of the three has a percent sign in it, so nothing else can become the same. (A regular expression made for each request
  // would cost more processor time than the rest of this file.)
  const unescaped = path.replace(/%3[Aa]/g, ":").replace(/%7[Cc]/g, "|");
  return unescaped === `/${stackId}|${logicalResourceId}|${requestId}`;
}

function isSigned(query: string): boolean {
  if (query.length > MAX_QUERY || !/^[\w%&=.~+/*-]+$/.test(query)) return false;
  const names = query.split("&").map((parameter) => (parameter.split("=", 1)[0] ?? "").toLowerCase());
  return names.every((name) => PARAMETER.test(name)) && new Set(names).size === names.length;
}

/** The host that a URL names, for a log. Never more of it: the rest can be a key to somebody's stack. */
export function hostOf(url: unknown): string {
  if (typeof url !== "string") return "none";
  return (/^[a-z]+:\/\/([^/?#]*@)?([^/?#]{1,100})/i.exec(url)?.[2] ?? "none").replace(/[^\w.:[\]-]/g, "?");
}
