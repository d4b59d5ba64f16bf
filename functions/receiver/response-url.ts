/**
 * Which response URLs this receiver answers to.
 *
 * Whoever may publish to the topic can put any URL into a message. Only one kind is genuine: of CloudFormation's own
 * bucket in this region, for exactly the stack, the resource and the request that the message names. Anything else
 * gets no call at all, so that nobody can send this function anywhere.
 */
import { partitionOf } from "../aws/partitions.js";

/** The three values that make the key of an answer. */
export interface ResponseKey {
  readonly stackId: string;
  readonly logicalResourceId: string;
  readonly requestId: string;
}

/** Where an answer goes, put together from checked parts. */
export interface ResponseTarget {
  readonly host: string;
  /** Path and query, as signed. */
  readonly path: string;
}

/** AWS signs URLs with these parameters and no others; names differ between its two ways to sign. */
const PARAMETER = /^(x-amz-[a-z0-9-]+|x-id|awsaccesskeyid|expires|signature)$/i;

const MAX_QUERY = 4096;

/**
 * The host names of CloudFormation's response bucket in a region. AWS documents none of them; these are the forms of
 * S3's addresses that its requests were seen with (aws-cli and cfn-response issue threads) or that S3 has besides.
 */
export function responseHosts(region: string): readonly string[] {
  const { dnsSuffix } = partitionOf(region);
  const bucket = `cloudformation-custom-resource-response-${region.replaceAll("-", "")}`;
  const regional = [
    `${bucket}.s3.${region}.${dnsSuffix}`,
    `${bucket}.s3-${region}.${dnsSuffix}`,
    `${bucket}.s3.dualstack.${region}.${dnsSuffix}`,
  ];
  // The one region whose buckets have an address without a region in it.
  return region === "us-east-1" ? [...regional, `${bucket}.s3.${dnsSuffix}`] : regional;
}

/**
 * The target of an answer, if the URL is one that CloudFormation can have made for this request in this region. The
 * text itself is compared, before any parser could read something else into it: no port, no user, no other spelling.
 *
 * @returns undefined for any other URL
 */
export function responseTarget(url: string, key: ResponseKey, region: string): ResponseTarget | undefined {
  const [, host, path, query] = /^https:\/\/([^/?#]+)(\/[^?#]*)\?([^#]+)$/.exec(url) ?? [];
  if (host === undefined || path === undefined || query === undefined) return undefined;
  const genuine = responseHosts(region).includes(host) && isPathOf(path, key) && isSigned(query);
  return genuine ? { host, path: `${path}?${query}` } : undefined;
}

/** Whether it is the path of this answer, as AWS may write it: colons and bars escaped or not, everything else as it is. */
function isPathOf(path: string, { stackId, logicalResourceId, requestId }: ResponseKey): boolean {
  // None of the three has a percent sign in it, so nothing else can become the same. (A regular expression made for each request
  // would cost more processor time than all the rest of this file.)
  const unescaped = path.replace(/%3[Aa]/g, ":").replace(/%7[Cc]/g, "|");
  return unescaped === `/${stackId}|${logicalResourceId}|${requestId}`;
}

function isSigned(query: string): boolean {
  if (query.length > MAX_QUERY || !/^[\w%&=.~+/*-]+$/.test(query)) return false;
  const names = query.split("&").map((parameter) => (parameter.split("=", 1)[0] ?? "").toLowerCase());
  return names.every((name) => PARAMETER.test(name)) && new Set(names).size === names.length;
}

/** The host that a URL names, for a log: never the rest, which can be a key to somebody's stack. */
export function hostOf(url: unknown): string {
  if (typeof url !== "string") return "none";
  return (/^[a-z]+:\/\/([^/?#]*@)?([^/?#]{1,100})/i.exec(url)?.[2] ?? "none").replace(/[^\w.:[\]-]/g, "?");
}
