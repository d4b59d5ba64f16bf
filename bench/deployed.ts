/** What the functions of a measured deployment get: variables, configuration and requests, the same for the benchmark and the soak. */

import { trustPolicyOf } from "../components/template/render-template.js";
import {
  customerRolePathOf,
  prefixOf,
  queueNameOf,
  RECEIVERS_QUEUE,
  tableNameOf,
  topicArns,
} from "../functions/domain/names.js";
import type { UrlGeneratorConfig } from "../functions/url-generator/config.js";
import { HOME_REGION } from "./regions.js";

const VENDOR = "111122223333";
const PREFIX = prefixOf("dev");

/** The table of connections, in every region. */
export const TABLE_NAME = tableNameOf(PREFIX);

/** The path of customers' roles. */
export const CUSTOMER_ROLE_PATH = customerRolePathOf("dev");

/** The ARNs of a region's topics, number 1 first. */
export function topicArnsIn(region: string, count: number): string[] {
  return topicArns(region, VENDOR, PREFIX, count);
}

/**
 * The variables of every function in a region, of which none needs all.
 * @param topics the value of TOPICS: a number, or for the URL generator the numbers by region
 */
export function environment(region: string, topics: number | Readonly<Record<string, number>>) {
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    METRICS_NAMESPACE: PREFIX,
    TABLE_NAME,
    CUSTOMER_ROLE_PATH,
    END_UNREACHABLE_AFTER_DAYS: "120",
    HISTORY_DAYS: "400",
    HOME_REGION,
    EVENT_SOURCE: PREFIX,
    DEAD_LETTER_QUEUE_URL: `https://sqs.${region}.amazonaws.com/${VENDOR}/${queueNameOf(PREFIX, RECEIVERS_QUEUE)}`,
    TOPICS: JSON.stringify(topics),
    TOPIC_PREFIX: PREFIX,
    TEMPLATES: JSON.stringify({
      "": { url: `https://${PREFIX}.s3.${region}.amazonaws.com/templates/1.json`, version: "0123456789ab" },
    }),
    TEMPLATE_VERSIONS: JSON.stringify({ "": { version: "0123456789ab" } }),
    TRUSTED_ACCOUNT: VENDOR,
  };
}

/** The configuration that is deployed next to the URL generator's code. */
export function urlGeneratorConfig(regions: readonly string[]): UrlGeneratorConfig {
  return {
    regions,
    optInRegions: [],
    organizationRegions: [],
    auth: "iam",
    tenantClaim: "",
    vendorName: "Example",
    linkLifetimeHours: 24,
    pendingLinksPerAccount: 20,
    pendingLinksPerTenant: 100,
    connectionsPerAccount: 20,
    confirmation: "none",
    grants: { actions: ["ec2:Describe*"], managedPolicies: ["SecurityAudit"], statements: [], tiers: [] },
    trustPolicy: trustPolicyOf({
      accountId: VENDOR,
      homeRegion: HOME_REGION,
      prefix: PREFIX,
      rolePath: "/",
      trustedPrincipals: [],
    }),
    customerRolePath: CUSTOMER_ROLE_PATH,
  };
}

/** A back end's request for a link, from an HTTP API (payload format 2.0). */
export function linkRequest(
  body: { readonly accountId: string; readonly region: string; readonly tenant: string },
  idempotencyKey?: string,
) {
  return {
    version: "2.0",
    routeKey: "POST /connections",
    rawPath: "/connections",
    rawQueryString: "",
    headers: {
      "content-type": "application/json",
      host: "api.example.com",
      ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
    },
    requestContext: {
      accountId: VENDOR,
      authorizer: { iam: { accountId: VENDOR } },
      domainName: "api.example.com",
      http: { method: "POST", path: "/connections", protocol: "HTTP/1.1", sourceIp: "127.0.0.1" },
      requestId: "request",
      routeKey: "POST /connections",
      stage: "$default",
    },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  };
}
