/**
 * What the roles of this program and the vendor's own workloads may do: every right on one page, as pure functions. Each
 * function may also write to its own log, see {@link ownLog}.
 */

import { capacityHintKey, healthNameOf } from "../../functions/domain/names.js";
import {
  HEALTH_ATTRIBUTES,
  LISTER_ATTRIBUTES,
  NEW_MEMBER_ATTRIBUTES,
  RECEIVER_ATTRIBUTES,
} from "../../functions/domain/written-attributes.js";
import { arn, arnEverywhere, roleArn } from "./arn.js";
import { naming, ofRegion, requestedIn, withKey, withKeysLike, withoutCode } from "./conditions.js";
import type { PolicyStatement } from "./policy-document.js";
import {
  allow,
  assumeCustomerRoles,
  type CustomerRoles,
  type HomeRegional,
  indexArn,
  type Regional,
  readConnections,
  type TopicNames,
  tableArn,
  topicArnPatterns,
  topicNamePatterns,
  updateConnections,
} from "./statements.js";

/** The receiver probes a role, and records what became of the connection. */
export function receiverPolicy(args: Regional & CustomerRoles & { deadLetterQueueArn: string }) {
  return [
    // It makes the codes that confirm connections, and shows them in the stacks that they are for.
    allow("OwnConnections", ["dynamodb:GetItem"], [tableArn(args)], ofRegion(args.region)),
    updateConnections(args, RECEIVER_ATTRIBUTES),
    assumeCustomerRoles(args.region, args.customerRolePath),
    // Lambda sends what the function failed to handle with the function's own role, as the function itself does.
    allow("FailedEvents", ["sqs:SendMessage"], [args.deadLetterQueueArn]),
  ];
}

/** The health check finds the connections that are due, and probes and updates them. */
export function healthPolicy(args: Regional & CustomerRoles) {
  return [
    readConnections(args),
    updateConnections(args, HEALTH_ATTRIBUTES),
    // A Query always has a leading key: here the region. The index holds keys only.
    allow("DueConnections", ["dynamodb:Query"], [indexArn(args, "byNextProbe")], withKey(args.region)),
    assumeCustomerRoles(args.region, args.customerRolePath),
  ];
}

/**
 * The changes function reads the stream, adds to the history, sends events to the home region's bus, and removes the statements of
 * connections that ended.
 */
export function changesPolicy(args: Regional & TopicNames & { homeRegion: string; eventSource: string }) {
  const { region, accountId, homeRegion, eventSource } = args;
  return [
    // Whether a connection still needs its statement.
    readConnections(args),
    // IAM has no condition on sort keys. The function itself never overwrites a record: its keys all begin with `event#`.
    allow("OwnHistory", ["dynamodb:PutItem"], [tableArn(args)], ofRegion(region)),
    // One call can carry events of several sources, so that the condition key has several values.
    allow(
      "TellOfChanges",
      ["events:PutEvents"],
      [arn("events", homeRegion, accountId, "event-bus/default")],
      {
        "ForAllValues:StringEquals": { "events:source": [eventSource] },
      },
    ),
    allow("OwnTopics", ["sns:GetTopicAttributes", "sns:RemovePermission"], topicArnPatterns(region, args)),
    // Lambda reads a stream with the role of the function that it calls.
    allow(
      "OwnStream",
      ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
      [`${tableArn(args)}/stream/*`],
    ),
  ];
}

/** The topic-policies function reads connections, adds and removes their statements, and writes down how many more there can be. */
export function topicPoliciesPolicy(args: Regional & TopicNames) {
  const { region } = args;
  const topics = topicArnPatterns(region, args);
  return [
    // Reads only: another function decides what becomes of a connection.
    readConnections(args),
    // The only partition that it writes to holds nothing but the hint.
    allow("CapacityHint", ["dynamodb:PutItem"], [tableArn(args)], withKey(capacityHintKey(region))),
    // A Query always has a leading key: here a topic. What has none, such as the members of organizations, is not in the index.
    allow(
      "ConnectionsOfTopics",
      ["dynamodb:Query"],
      [indexArn(args, "byTopic")],
      withoutCode(withKeysLike(topics)),
    ),
    allow("OwnTopics", ["sns:AddPermission", "sns:GetTopicAttributes", "sns:RemovePermission"], topics),
  ];
}

/** The lister reads AWS's lists with the roles that organizations made for that, and keeps their members. */
export function organizationsPolicy(args: Regional & CustomerRoles) {
  const { region, customerRolePath } = args;
  return [
    readConnections(args),
    updateConnections(args, LISTER_ATTRIBUTES),
    allow(
      "NewMembers",
      ["dynamodb:PutItem"],
      [tableArn(args)],
      naming(NEW_MEMBER_ATTRIBUTES, ofRegion(region)),
    ),
    // A Query always has a leading key: here the region, and an organization of the region.
    allow("DueOrganizations", ["dynamodb:Query"], [indexArn(args, "byNextListing")], withKey(region)),
    allow("Members", ["dynamodb:Query"], [indexArn(args, "byOrganization")], withoutCode(ofRegion(region))),
    // No member's: those are the health check's to probe.
    allow(
      "OrganizationRoles",
      ["sts:AssumeRole"],
      [roleArn(region, "*", `${customerRolePath}organization-*`)],
    ),
  ];
}

/** The URL generator writes pending connections in any offered region, and lets their accounts publish to its topics. */
export function urlGeneratorPolicy(
  args: HomeRegional & TopicNames & { regions: string[]; servedRegions: string[] },
) {
  const { homeRegion, accountId, tableName, regions, servedRegions, prefix } = args;
  const home = { region: homeRegion, accountId, tableName };
  const everywhere = (service: string, resource: string) =>
    arnEverywhere(service, homeRegion, accountId, resource);
  const healthFunctions = [everywhere("lambda", `function:${healthNameOf(prefix)}`)];
  return [
    // It deletes only what it has just written itself, when the statement that belongs to it cannot be added. A transaction needs the rights
    // of the writes in it: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
    allow(
      "Connections",
      [
        "dynamodb:GetItem",
        "dynamodb:BatchGetItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
      ],
      [everywhere("dynamodb", `table/${tableName}`)],
      // The home region's replica keeps the idempotency keys, whether or not the region is offered.
      requestedIn([...servedRegions, homeRegion]),
    ),
    allow(
      "FindConnections",
      ["dynamodb:Query"],
      ["byAccount", "byOrganization", "byRegion", "byTenant"].map((index) => indexArn(home, index)),
    ),
    allow(
      "LetCustomersPublish",
      ["sns:AddPermission", "sns:GetTopicAttributes"],
      topicNamePatterns(prefix).map((name) => everywhere("sns", name)),
      requestedIn(regions),
    ),
    // The health check of a region verifies roles that customers made: this function assumes none.
    allow("VerifyRoles", ["lambda:InvokeFunction"], healthFunctions, requestedIn(servedRegions)),
  ];
}

/** The vendor's workloads look connections up and assume customers' roles, see client/. */
export function clientPolicy(args: HomeRegional & CustomerRoles & { servedRegions: string[] }) {
  const { homeRegion, accountId, tableName, servedRegions, customerRolePath } = args;
  const table = arnEverywhere("dynamodb", homeRegion, accountId, `table/${tableName}`);
  const anyReplica = withoutCode(requestedIn([homeRegion, ...servedRegions]));
  return [
    allow("ReadConnections", ["dynamodb:GetItem"], [table], anyReplica),
    allow(
      "FindConnections",
      ["dynamodb:Query"],
      ["byAccount", "byNextListing", "byOrganization", "byRegion", "byTenant"].map(
        (index) => `${table}/index/${index}`,
      ),
      anyReplica,
    ),
    assumeCustomerRoles(homeRegion, customerRolePath),
  ];
}

/** EventBridge forwards alarm state changes to the home region's bus. */
export function alarmForwardingPolicy(homeBusArn: string) {
  return [allow("HomeBus", ["events:PutEvents"], [homeBusArn])];
}

/** A function writes to its own log. */
export function ownLog(region: string, accountId: string, functionName: string): PolicyStatement {
  const logGroup = `log-group:/aws/lambda/${functionName}:*`;
  return allow(
    "OwnLog",
    ["logs:CreateLogStream", "logs:PutLogEvents"],
    [arn("logs", region, accountId, logGroup)],
  );
}
