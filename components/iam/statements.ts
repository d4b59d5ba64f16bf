/** What several policies have in common: whom they are about, and the statements that more than one of them has. */
import { arn, roleArn } from "./arn.js";
import { naming, ofRegion, withoutCode } from "./conditions.js";
import type { PolicyStatement } from "./policy-document.js";

/** One deployment, as far as policies name it. */
export interface Deployment {
  /** 12 digits. */
  accountId: string;
  /** The name of the table of connections. */
  tableName: string;
}

/** What the functions of one region work with. */
export interface Regional extends Deployment {
  region: string;
}

export interface HomeRegional extends Deployment {
  homeRegion: string;
}

export interface CustomerRoles {
  /** The path of the roles that customers create, with a slash at both ends. */
  customerRolePath: string;
}

export interface TopicNames {
  /** What every physical name begins with. */
  prefix: string;
}

/**
 * The names of topics by their number of digits. One by one, hundreds of them would take more than the 10,240 characters that the inline
 * policies of a role have; `<prefix>-*` would be the topic for alarms, too.
 */
export function topicNamePatterns(prefix: string): string[] {
  return ["?", "??", "???"].map((digits) => `${prefix}-${digits}`);
}

/** Connections whose external ID begins with the region, in the region's replica, and of them what the function itself writes. */
export function updateConnections(args: Regional, attributes: readonly string[]): PolicyStatement {
  const condition = naming(attributes, ofRegion(args.region));
  return allow("OwnAttributes", ["dynamodb:UpdateItem"], [tableArn(args)], condition);
}

/** Connections whose external ID begins with the region, in the region's replica, without their codes. */
export function readConnections(args: Regional): PolicyStatement {
  return allow("OwnConnections", ["dynamodb:GetItem"], [tableArn(args)], withoutCode(ofRegion(args.region)));
}

/** What matches the topics of one region, and nothing else. */
export function topicArnPatterns(region: string, { accountId, prefix }: Deployment & TopicNames): string[] {
  return topicNamePatterns(prefix).map((name) => arn("sns", region, accountId, name));
}

/** The roles of this deployment's template, in whichever account, and no others. */
export function assumeCustomerRoles(region: string, customerRolePath: string): PolicyStatement {
  return allow("CustomerRoles", ["sts:AssumeRole"], [roleArn(region, "*", `${customerRolePath}*`)]);
}

export function tableArn({ region, accountId, tableName }: Regional): string {
  return arn("dynamodb", region, accountId, `table/${tableName}`);
}

export function indexArn(table: Regional, index: string): string {
  return `${tableArn(table)}/index/${index}`;
}

export function allow(
  Sid: string,
  Action: string[],
  Resource: string[],
  Condition?: PolicyStatement["Condition"],
): PolicyStatement {
  return { Sid, Effect: "Allow", Action, Resource, ...(Condition && { Condition }) };
}
