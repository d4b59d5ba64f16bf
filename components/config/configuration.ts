import * as pulumi from "@pulumi/pulumi";
import { customerRolePathOf, prefixOf } from "../../functions/domain/names.js";
import { MAX_LINK_LIFETIME_HOURS } from "../../functions/url-generator/limits.js";
import { iamArn } from "../iam/arn.js";
import { lookUpAccount } from "./account.js";
import { type ApiConfiguration, apiDefaults, readApiConfiguration } from "./api-configuration.js";
import { checkHomeRegion, checkRegions, checkRetiredRegions } from "./regions.js";
import { checkGrants, type Grants } from "./role-grants.js";
import { checkTopicsPerRegion } from "./topics-per-region.js";

/** The stack's configuration, checked, with what AWS said about the account. Pulumi.yaml describes each value. */
export interface Configuration extends ApiConfiguration {
  /** What every physical name begins with: `onboarding-<stack>`. */
  prefix: string;
  /** The region of `aws:region`: the table's own, the URL generator's and the template's. */
  homeRegion: string;
  /** The regions offered to customers, in the order of the configuration. */
  regions: string[];
  /** Regions that are offered no longer, and served for as long as customers' stacks are there. */
  retiredRegions: string[];
  /** All of them: the offered regions, then the retired ones. */
  servedRegions: string[];
  /** How many topics each served region has. */
  topicsPerRegion: Record<string, number>;
  /** Who is told of alarms by e-mail, if anybody. */
  alarmEmail: string | undefined;
  /** The ARN of the topic that hears of alarms, if it is not the program's own. */
  alarmTopicArn: string | undefined;
  /** The vendor's account: the one that customers' roles trust. */
  accountId: string;
  /** What the customer's role grants. */
  grants: Grants;
  /** The tags of every resource that can have some. */
  tags: Record<string, string>;
  /** The ARN of the policy that bounds this program's own roles, if there is one. */
  permissionsBoundary: string | undefined;
  /** The path of this program's own roles. */
  rolePath: string;
  /** The path of the roles that customers create: how this program's roles tell them from all others. */
  customerRolePath: string;
  /**
   * ARN patterns of the vendor's roles and users that may use the customers' roles; the receivers may in any case. Empty
   * for the whole account.
   */
  trustedPrincipals: string[];
  /** Days. */
  logRetentionDays: number;
  /** Hours. */
  linkLifetimeHours: number;
  /** How long a connection's history is kept. */
  historyDays: number;
  /** Whether a CloudTrail trail of this program's own records what happens in the account. */
  auditTrail: boolean;
  /** Whether the topics and the table refuse to be deleted. */
  protect: boolean;
  /** Whom customers see as the one who gets access. */
  vendorName: string;
}

/**
 * What holds when the configuration says nothing. Pulumi.yaml says the same to `pulumi up`; these are for
 * everything that runs the program without the Pulumi command, and a test compares the two.
 */
export const defaults = {
  ...apiDefaults,
  grants: { actions: ["ec2:Describe*"], managedPolicies: [] },
  tags: {},
  permissionsBoundary: "",
  rolePath: "/",
  trustedPrincipals: [],
  logRetentionDays: 90,
  linkLifetimeHours: 24,
  historyDays: 400,
  auditTrail: false,
  protect: true,
  vendorName: "onboarding",
  retiredRegions: [],
  topicsPerRegion: 1,
  alarmEmail: "",
  alarmTopicArn: "",
} as const;

/** The days that CloudWatch Logs can keep a log (PutRetentionPolicy lists them). */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Ten years: what is to be kept for longer belongs into an archive. */
const MAX_HISTORY_DAYS = 3653;

/** An object in S3 takes ten tags, fewer than any other resource here; one of them is the program's own. */
const MAX_TAGS = 9;

/**
 * Reads and checks the stack's configuration, and asks AWS for the account and its regions. Nothing is registered
 * before all of it is known to be right.
 *
 * @throws pulumi.RunError with a sentence that names the value, what is wrong with it and what would work
 */
export async function readConfiguration(): Promise<Configuration> {
  const configured = readStackConfiguration(pulumi.getStack());
  const { accountId } = await lookUpAccount([configured.homeRegion, ...configured.servedRegions]);
  refuseForeignPrincipals(configured.trustedPrincipals, configured.homeRegion, accountId);
  if (configured.auth === "none") {
    await pulumi.log.warn(
      "onboarding:auth is none: whoever knows the onboarding URL can make links. Use jwt or iam for anything but a trial.",
    );
  }
  return { ...configured, accountId };
}

function readStackConfiguration(stack: string): Omit<Configuration, "accountId"> {
  const config = new pulumi.Config();
  refuseUnknownKeys(config);
  const prefix = prefixOf(checkStackName(stack));
  const homeRegion = checkHomeRegion(new pulumi.Config("aws").get("region"));
  const regions = checkRegions(read(config, "regions"), homeRegion);
  const retiredRegions = checkRetiredRegions(
    read(config, "retiredRegions") ?? defaults.retiredRegions,
    regions,
    homeRegion,
  );
  const servedRegions = [...regions, ...retiredRegions];
  return {
    prefix,
    homeRegion,
    regions,
    retiredRegions,
    servedRegions,
    topicsPerRegion: checkTopicsPerRegion(
      read(config, "topicsPerRegion") ?? defaults.topicsPerRegion,
      servedRegions,
    ),
    ...checkAlarmTarget(
      config.get("alarmEmail") ?? defaults.alarmEmail,
      config.get("alarmTopicArn") ?? defaults.alarmTopicArn,
      homeRegion,
    ),
    ...readApiConfiguration((key) => read(config, key)),
    grants: checkGrants(read(config, "grants") ?? defaults.grants),
    tags: { "onboarding:stack": stack, ...checkTags(read(config, "tags") ?? defaults.tags) },
    permissionsBoundary: checkBoundary(config.get("permissionsBoundary") ?? defaults.permissionsBoundary),
    rolePath: checkRolePath(config.get("rolePath") ?? defaults.rolePath),
    customerRolePath: customerRolePathOf(stack),
    trustedPrincipals: checkTrustedPrincipals(
      read(config, "trustedPrincipals") ?? defaults.trustedPrincipals,
    ),
    logRetentionDays: checkRetention(read(config, "logRetentionDays") ?? defaults.logRetentionDays),
    linkLifetimeHours: checkLinkLifetime(read(config, "linkLifetimeHours") ?? defaults.linkLifetimeHours),
    historyDays: checkHistoryDays(read(config, "historyDays") ?? defaults.historyDays),
    auditTrail: checkFlag("auditTrail", config.get("auditTrail") ?? String(defaults.auditTrail)),
    protect: checkFlag("protect", config.get("protect") ?? String(defaults.protect)),
    vendorName: checkVendorName(config.get("vendorName") ?? defaults.vendorName),
  };
}

/** A list, a map or a number, as Pulumi hands it over: in JSON. What is not JSON is handed on for the check to refuse. */
function read(config: pulumi.Config, key: string): unknown {
  const text = config.get(key);
  if (text === undefined) {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function refuseUnknownKeys(config: pulumi.Config): void {
  const known = ["regions", ...Object.keys(defaults)].map((key) => `${config.name}:${key}`);
  for (const key of Object.keys(pulumi.runtime.allConfig())) {
    if (key.startsWith(`${config.name}:`) && !known.includes(key)) {
      throw new pulumi.RunError(
        `${key} is not a configuration value of this program; there are ${known.join(", ")}.`,
      );
    }
  }
}

/** The longest name with which a role's still fits into IAM's 64 characters: `onboarding-<stack>-topic-policies-<region>`. */
function checkStackName(stack: string): string {
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(stack)) {
    throw new pulumi.RunError(
      `The stack's name "${stack}" becomes part of names in AWS: use 1 to 20 lower-case letters, digits and hyphens, a letter first.`,
    );
  }
  return stack;
}

function checkAlarmTarget(email: string, topicArn: string, homeRegion: string) {
  if (email !== "" && topicArn !== "") {
    throw new pulumi.RunError(
      "onboarding:alarmEmail and onboarding:alarmTopicArn are both set: use one of them, and subscribe the address to your topic if you want both.",
    );
  }
  if (email !== "" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    throw new pulumi.RunError(
      `onboarding:alarmEmail is "${email}": use an e-mail address, or leave it out for none.`,
    );
  }
  if (
    topicArn !== "" &&
    !new RegExp(`^arn:[a-z-]+:sns:${homeRegion}:\\d{12}:[\\w-]{1,256}$`).test(topicArn)
  ) {
    throw new pulumi.RunError(
      `onboarding:alarmTopicArn is "${topicArn}": use the ARN of an SNS topic in the home region ${homeRegion}, or leave it out.`,
    );
  }
  return { alarmEmail: email || undefined, alarmTopicArn: topicArn || undefined };
}

function checkTags(tags: unknown): Record<string, string> {
  if (typeof tags !== "object" || tags === null || Array.isArray(tags)) {
    throw new pulumi.RunError(
      `onboarding:tags must be a map from key to value, not ${JSON.stringify(tags)}.`,
    );
  }
  const entries = Object.entries(tags);
  if (entries.length > MAX_TAGS) {
    throw new pulumi.RunError(
      `onboarding:tags has ${entries.length} tags: use at most ${MAX_TAGS}, because an object in S3 takes ten and one is the program's own.`,
    );
  }
  for (const [key, value] of entries) {
    if (!/^(?!aws:|onboarding:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/iu.test(key)) {
      throw new pulumi.RunError(
        `onboarding:tags has the key "${key}": use 1 to 128 letters, digits, spaces and _.:/=+-@, not beginning with aws: or onboarding:.`,
      );
    }
    if (typeof value !== "string" || !/^[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u.test(value)) {
      throw new pulumi.RunError(
        `onboarding:tags has ${JSON.stringify(value)} for "${key}": use a text of at most 256 letters, digits, spaces and _.:/=+-@.`,
      );
    }
  }
  return Object.fromEntries(entries);
}

function checkBoundary(boundary: string): string | undefined {
  if (boundary !== "" && !/^arn:[a-z-]+:iam::(\d{12}|aws):policy\/.+$/.test(boundary)) {
    throw new pulumi.RunError(
      `onboarding:permissionsBoundary is "${boundary}": use the ARN of a managed policy, or leave it out for none.`,
    );
  }
  return boundary === "" ? undefined : boundary;
}

function checkRolePath(path: string): string {
  if (!/^\/([\w+=,.@-]+\/)*$/.test(path) || path.length > 512) {
    throw new pulumi.RunError(
      `onboarding:rolePath is "${path}": begin and end it with a slash, such as /vendor/onboarding/, within 512 characters.`,
    );
  }
  return path;
}

function checkTrustedPrincipals(principals: unknown): string[] {
  if (!Array.isArray(principals) || principals.some((principal) => typeof principal !== "string")) {
    throw new pulumi.RunError(
      `onboarding:trustedPrincipals must be a list of ARN patterns, not ${JSON.stringify(principals)}.`,
    );
  }
  for (const principal of principals) {
    if (!/^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)\/[\w+=,.@/*?-]+$/.test(principal)) {
      throw new pulumi.RunError(
        `onboarding:trustedPrincipals has "${principal}": use the ARN of a role or a user of your account, or a pattern of such, as arn:aws:iam::111122223333:role/backend-*.`,
      );
    }
  }
  return principals;
}

/** Customers' roles trust this one account: a principal of another could never use them. */
function refuseForeignPrincipals(principals: string[], homeRegion: string, accountId: string): void {
  const own = iamArn(homeRegion, accountId, "");
  for (const principal of principals) {
    if (!principal.startsWith(own)) {
      throw new pulumi.RunError(
        `onboarding:trustedPrincipals has "${principal}", which is not of account ${accountId}: customers' roles trust that account only, so begin with ${own}.`,
      );
    }
  }
}

function checkRetention(days: unknown): number {
  if (typeof days !== "number" || !RETENTION_DAYS.includes(days)) {
    throw new pulumi.RunError(
      `onboarding:logRetentionDays is ${JSON.stringify(days)}: CloudWatch Logs keeps logs for ${RETENTION_DAYS.join(", ")} days.`,
    );
  }
  return days;
}

function checkLinkLifetime(hours: unknown): number {
  const fits = Number.isInteger(hours) && Number(hours) >= 1 && Number(hours) <= MAX_LINK_LIFETIME_HOURS;
  if (!fits) {
    throw new pulumi.RunError(
      `onboarding:linkLifetimeHours is ${JSON.stringify(hours)}: use a whole number from 1 to ${MAX_LINK_LIFETIME_HOURS} (a week).`,
    );
  }
  return Number(hours);
}

function checkHistoryDays(days: unknown): number {
  if (!Number.isInteger(days) || Number(days) < 1 || Number(days) > MAX_HISTORY_DAYS) {
    throw new pulumi.RunError(
      `onboarding:historyDays is ${JSON.stringify(days)}: use a whole number from 1 to ${MAX_HISTORY_DAYS} (ten years).`,
    );
  }
  return Number(days);
}

function checkFlag(name: "auditTrail" | "protect", flag: string): boolean {
  if (flag !== "true" && flag !== "false") {
    throw new pulumi.RunError(`onboarding:${name} is "${flag}": use true or false.`);
  }
  return flag === "true";
}

/** Without control and format characters (\p{C}): a customer must be able to trust the name that is shown. */
function checkVendorName(name: string): string {
  if (!/^[^\p{C}]{1,128}$/u.test(name) || name.trim() !== name) {
    throw new pulumi.RunError(
      `onboarding:vendorName is "${name}": use 1 to 128 printable characters without a space at either end; customers see it as the one who gets access.`,
    );
  }
  return name;
}
