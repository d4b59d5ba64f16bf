/** The conditions of statements: which items, in which regions, and which of their attributes. */
import type { PolicyStatement } from "./policy-document.js";

/**
 * External IDs of the region as leading keys. A condition with ForAllValues holds when a request has no leading keys at all, as
 * Scan and PartiQL have none: use it for actions on single items only.
 */
export function ofRegion(region: string): PolicyStatement["Condition"] {
  return { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${region}:*`] } };
}

/** Exactly this leading key: in the indexes byRegion and byNextProbe it is the region itself. */
export function withKey(key: string): PolicyStatement["Condition"] {
  return { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [key] } };
}

/**
 * One statement for the same thing in many regions. Naming each region's would take more than the 6,144 characters of a managed policy: 17
 * regions do.
 */
export function requestedIn(regions: string[]): PolicyStatement["Condition"] {
  return { StringEquals: { "aws:RequestedRegion": [...new Set(regions)] } };
}

/**
 * For queries that do not return the code which confirms a connection: it is for its customer and its tenant only. They name what they ask
 * for, or count.
 */
export function withoutCode(Condition: PolicyStatement["Condition"] = {}): PolicyStatement["Condition"] {
  return {
    ...Condition,
    StringEquals: { ...Condition.StringEquals, "dynamodb:Select": ["COUNT", "SPECIFIC_ATTRIBUTES"] },
    "ForAllValues:StringNotEquals": { "dynamodb:Attributes": ["confirmationCode"] },
  };
}
