import * as pulumi from "@pulumi/pulumi";
import { customerRolePathOf, prefixOf } from "../../functions/domain/names.js";
import { checkAgainstAccount, lookUpAccount } from "./account.js";
import { ConfigurationError, checkValues } from "./check.js";
import { readLogo } from "./logo.js";
import type { CheckedValues } from "./schema.js";
import { componentArguments, type Source, stackConfiguration } from "./source.js";
import { readStackValues } from "./stack-values.js";

/** Which tokens the API accepts, and which claim names the tenant. */
interface Jwt {
  /** The `iss` of the tokens; the issuer's keys are found from there. */
  readonly issuer: string;
  /** A token must have one of these as its `aud` or `client_id`. */
  readonly audience: string[];
  readonly tenantClaim: string;
}

/** Checked values that components take as they are; values/ describes them. */
type Values = Omit<
  CheckedValues,
  "deployment" | "jwt" | "topicsPerRegion" | "permissionsBoundary" | "alarmEmail" | "alarmTopicArn"
>;

/** What components are built from: the checked values, and all that follows from them and from the account. */
export interface Configuration extends Values {
  /** What every physical name begins with: `onboarding-<deployment>`. */
  readonly prefix: string;
  /** The region of the table, of which the others have replicas, the URL generator and the template. */
  readonly homeRegion: string;
  /** The offered regions, in the order of the configuration, then the retired ones. */
  readonly servedRegions: string[];
  /** How many topics each served region has. */
  readonly topicsByRegion: Record<string, number>;
  /** With `auth: jwt`, and only then. */
  readonly jwt: Jwt | undefined;
  /** The vendor's logo as a data: URI; "" for none. */
  readonly logo: string;
  /** The tags of every resource that supports them, with the program's own. */
  readonly tags: Record<string, string>;
  readonly permissionsBoundary: string | undefined;
  /** The path of the roles that customers create: how this program's roles tell them from all others. */
  readonly customerRolePath: string;
  readonly alarmEmail: string | undefined;
  readonly alarmTopicArn: string | undefined;
  /** The vendor's account: the one that customers' roles trust. */
  readonly accountId: string;
}

/**
 * Reads and checks the stack's configuration, and asks AWS about the account and its regions. Nothing is registered before
 * all of it is known to be valid.
 *
 * @throws pulumi.RunError that says which value is not valid, why, and what would be
 */
export function readConfiguration(): Promise<Configuration> {
  return completeConfiguration(checkValues(readStackValues(), stackConfiguration), stackConfiguration);
}

/**
 * Adds what only the disk and AWS can tell: the logo, the account and its regions.
 *
 * @param values checked, with `homeRegion` and `deployment`
 * @param options for the look-ups: a parent, whose provider they use
 * @throws ConfigurationError that says which value is not valid, why, and what would be
 */
async function completeConfiguration(
  values: CheckedValues,
  source: Source = componentArguments,
  options?: pulumi.InvokeOptions,
): Promise<Configuration> {
  const logo = logoOf(values, source);
  const account = await lookUpAccount(options);
  checkAgainstAccount(values, account, source);
  if (values.auth === "none") {
    await pulumi.log.warn(
      `${source.name("auth")} is none: whoever knows the onboarding URL can make links. Use jwt or iam for anything but a trial.`,
    );
  }
  return { ...derived(values), logo, accountId: account.accountId };
}

function derived(values: CheckedValues): Omit<Configuration, "logo" | "accountId"> {
  const { deployment = "", homeRegion = "", topicsPerRegion, topicsByRegion, ...others } = values;
  const servedRegions = [...values.regions, ...values.retiredRegions];
  const { issuer = "", audience = [], tenantClaim = "" } = values.jwt;
  return {
    ...others,
    prefix: prefixOf(deployment),
    homeRegion,
    servedRegions,
    topicsByRegion: Object.fromEntries(
      servedRegions.map((region) => [region, topicsByRegion[region] ?? topicsPerRegion]),
    ),
    jwt: values.auth === "jwt" ? { issuer, audience, tenantClaim } : undefined,
    tags: { "onboarding:stack": deployment, ...values.tags },
    permissionsBoundary: values.permissionsBoundary || undefined,
    customerRolePath: customerRolePathOf(deployment),
    alarmEmail: values.alarmEmail || undefined,
    alarmTopicArn: values.alarmTopicArn || undefined,
  };
}

function logoOf({ logo }: CheckedValues, source: Source): string {
  try {
    return readLogo(logo);
  } catch (error) {
    throw new ConfigurationError("logo", (error as Error).message, source);
  }
}
