/** Conditions on what of the table a statement is about, as pure functions. */
import { READABLE_ATTRIBUTES } from "../../functions/domain/readable-attributes.js";
import type { PolicyStatement } from "./policy-document.js";

type Condition = NonNullable<PolicyStatement["Condition"]>;

/**
 * Requests that name no other attributes. "Attribute conditions are evaluated only on attributes specified in the request, not on attributes
 * in the response" (Ensuring attribute-based restrictions are enforced,
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html): in an update those of its key, of what it
 * changes and of its condition, whatever it returns.
 */
export function naming(attributes: readonly string[], condition: Condition): Condition {
  const values = condition["ForAllValues:StringEquals"];
  return {
    ...condition,
    "ForAllValues:StringEquals": { ...values, "dynamodb:Attributes": [...attributes] },
  };
}

/**
 * The code that confirms a connection is read by the receiver and the URL generator only. Whoever reads has to name what it reads: "implement
 * both attribute conditions (dynamodb:Attributes) and a condition requiring specific attributes must be requested (dynamodb:Select)"
 * (as above).
 */
export function withoutCode(condition: Condition): Condition {
  return {
    ...naming(READABLE_ATTRIBUTES, condition),
    StringEqualsIfExists: { "dynamodb:Select": ["SPECIFIC_ATTRIBUTES"] },
  };
}

/**
 * External IDs of the region as leading keys. A condition with ForAllValues holds when a request has no leading keys at all, as
 * Scan and PartiQL have none: use it for actions on single items only.
 */
export function ofRegion(region: string): Condition {
  return { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${region}:*`] } };
}

/** Exactly this leading key: in the indexes byRegion and byNextProbe it is the region itself. */
export function withKey(key: string): Condition {
  return { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [key] } };
}

/** One of these leading keys: in the index byTopic they are ARNs of topics. */
export function withKeysLike(patterns: readonly string[]): Condition {
  return { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [...patterns] } };
}

/**
 * One statement for the same thing in many regions. Naming each region's would take more than the 6,144 characters of a managed policy: 17
 * regions do.
 */
export function requestedIn(regions: string[]): Condition {
  return { StringEquals: { "aws:RequestedRegion": [...new Set(regions)] } };
}
