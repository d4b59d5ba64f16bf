import { getRegion } from "@pulumi/aws/getRegion.js";
import * as pulumi from "@pulumi/pulumi";
import { customerRolePathOf, prefixOf } from "../../functions/domain/names.js";
import { type Account, checkAgainstAccount, lookUpAccount } from "./account.js";
import type { Domain, Jwt } from "./argument-types.js";
import type { CrossAccountOnboardingArgs } from "./arguments.js";
import { ConfigurationError, checkValues } from "./check.js";
import { claimDeployment } from "./deployments.js";
import { type InputName, type SeparatedArguments, separateOutputs, valueAt, withValue } from "./inputs.js";
import { readLogo } from "./logo.js";
import { checkManagedPolicies } from "./managed-policies.js";
import { checkAuditTrail } from "./packages.js";
import { takesOrganizations } from "./regions.js";
import type { CheckedValues } from "./schema.js";
import { type Source, sourceOf } from "./source.js";
import { checkAgainstTable } from "./table.js";
import { warningsOf } from "./warnings.js";

/** Checked values that components take as they are; values/ describes them. */
type Values = Omit<
  CheckedValues,
  | "alarmEmail"
  | "alarmTopicArn"
  | "deployment"
  | "domain"
  | "jwt"
  | "permissionsBoundary"
  | "topicsPerRegion"
  | "trustedPrincipals"
>;

/** What components are built from: the checked values, and all that follows from them and from the account. */
export interface Configuration extends Values {
  /** What every physical name begins with: `onboarding-<deployment>`. */
  readonly prefix: string;
  /** The region of the table, of which the others have replicas, the URL generator and the template. */
  readonly homeRegion: string;
  /** The offered regions, in the order of the configuration, then the retired and the released ones. */
  readonly servedRegions: string[];
  /** How many topics each served region has. */
  readonly topicsByRegion: Record<string, number>;
  /** The served regions in which an organization's stack can be; none where organizations cannot connect. */
  readonly organizationRegions: string[];
  /** A domain name of the vendor's for the API and the page. */
  readonly domain: Domain | undefined;
  /** With `auth: jwt`, and only then. */
  readonly jwt: Jwt | undefined;
  /** The vendor's logo as a data: URI; "" for none. */
  readonly logo: string;
  /** The tags of every resource that supports them, with the program's own. */
  readonly tags: Record<string, string>;
  readonly permissionsBoundary: pulumi.Input<string> | undefined;
  /** The path of the roles that customers create: how this program's roles tell them from all others. */
  readonly customerRolePath: string;
  readonly alarmEmail: string | undefined;
  readonly alarmTopicArn: pulumi.Input<string> | undefined;
  readonly trustedPrincipals: pulumi.Input<string[]>;
  /** The vendor's account: the one that customers' roles trust. */
  readonly accountId: string;
}

/** Arguments after all the checks that need no AWS. */
interface CheckedArguments {
  readonly values: CheckedValues;
  /** Those that are not known yet. In their place, values have valid ones that stand for them. */
  readonly outputs: SeparatedArguments["outputs"];
  /** A data: URI; "" for none. */
  readonly logo: string;
  readonly source: Source;
}

/**
 * Checks arguments as far as it can be done without AWS.
 *
 * @param defaultRegion the home region, if the arguments name none
 * @throws ConfigurationError that says which value is not valid, why, and what would be
 */
export function checkArguments(args: CrossAccountOnboardingArgs, defaultRegion?: string): CheckedArguments {
  const source = sourceOf(args);
  const homeRegion = args.homeRegion ?? defaultRegion;
  const deployment = args.deployment ?? pulumi.getStack();
  const separated = separateOutputs({ ...args, ...(homeRegion !== undefined && { homeRegion }), deployment });
  const values = checkValues(separated.values, source);
  return { values, outputs: separated.outputs, logo: logoOf(values, source), source };
}

/** Arguments after all checks, but for those of values that are not known yet. */
interface VerifiedArguments extends CheckedArguments {
  readonly account: Account;
}

/** What {@link prepare} found out, until the component asks for it. */
const prepared = new WeakMap<CrossAccountOnboardingArgs, VerifiedArguments>();

/**
 * Checks these very arguments before their component is registered, so that whatever is refused leaves nothing behind.
 *
 * @param component its name
 * @param options for the look-ups: the provider that they use
 * @throws ConfigurationError also about values that were given as outputs
 */
export async function prepare(
  component: string,
  args: CrossAccountOnboardingArgs,
  options: pulumi.InvokeOptions,
): Promise<void> {
  const verified = await verify(component, args, options);
  for (const [name, output] of Object.entries(verified.outputs)) {
    // Pulumi has both in every output, and leaves them out of its types. What fails within `apply` would be told a second time, with its stack.
    const { promise, isKnown } = output as unknown as {
      promise(): Promise<unknown>;
      isKnown: Promise<boolean>;
    };
    const value = await promise.call(output);
    if (await isKnown) completed(verified, name as InputName, value);
  }
  prepared.set(args, verified);
}

/**
 * Checks arguments, asks AWS about the account and its regions, and adds what follows from all of it.
 *
 * @param component its name
 * @param options for the look-ups: a parent, whose provider they use
 * @throws ConfigurationError that says which value is not valid, why, and what would be
 */
export async function configure(
  component: string,
  args: CrossAccountOnboardingArgs,
  options?: pulumi.InvokeOptions,
): Promise<Configuration> {
  const verified = prepared.get(args) ?? (await verify(component, args, options));
  const { values, outputs, logo, source, account } = verified;
  for (const warning of warningsOf(values, source)) await pulumi.log.warn(warning);
  return { ...derived(values, input), logo, accountId: account.accountId };

  /** The value, or the output that was given for it, which is checked once it is known. */
  function input<TValue>(name: InputName, value: TValue): pulumi.Input<TValue> {
    return outputs[name]?.apply((known) => completed(verified, name, known) as TValue) ?? value;
  }
}

async function verify(
  component: string,
  args: CrossAccountOnboardingArgs,
  options?: pulumi.InvokeOptions,
): Promise<VerifiedArguments> {
  checkArguments(args);
  const homeRegion = args.homeRegion ?? (await getRegion({}, options)).region;
  const checked = checkArguments(args, homeRegion);
  const { values, source } = checked;
  await checkAuditTrail(values, source);
  const account = await lookUpAccount(options);
  checkAgainstAccount(values, account, source);
  claimDeployment(values, account, component, source);
  await checkManagedPolicies(values, source, options);
  await checkAgainstTable(values, source, options);
  return { ...checked, account };
}

/** A value that has become known, after its checks. @throws ConfigurationError */
function completed({ values, source, account }: VerifiedArguments, name: InputName, known: unknown): unknown {
  const all = checkValues(withValue(values, name, known), source);
  checkAgainstAccount(all, account, source);
  return valueAt(all, name);
}

function derived(
  values: CheckedValues,
  input: <TValue>(name: InputName, value: TValue) => pulumi.Input<TValue>,
): Omit<Configuration, "logo" | "accountId"> {
  const { deployment = "", homeRegion = "", topicsPerRegion, topicsByRegion, ...others } = values;
  const { domain, jwt, permissionsBoundary, alarmEmail, alarmTopicArn, trustedPrincipals } = values;
  const servedRegions = [...values.regions, ...values.retiredRegions, ...values.releasedRegions];
  return {
    ...others,
    prefix: prefixOf(deployment),
    homeRegion,
    servedRegions,
    topicsByRegion: Object.fromEntries(
      servedRegions.map((region) => [region, topicsByRegion[region] ?? topicsPerRegion]),
    ),
    organizationRegions: values.organizations ? servedRegions.filter(takesOrganizations) : [],
    domain:
      domain.name === undefined
        ? undefined
        : {
            name: domain.name,
            certificateArn: input("domain.certificateArn", domain.certificateArn ?? ""),
          },
    jwt:
      values.auth === "jwt"
        ? {
            issuer: input("jwt.issuer", jwt.issuer ?? ""),
            audience: input("jwt.audience", jwt.audience ?? []),
            tenantClaim: jwt.tenantClaim ?? "",
          }
        : undefined,
    tags: { "onboarding:stack": deployment, ...values.tags },
    permissionsBoundary: permissionsBoundary ? input("permissionsBoundary", permissionsBoundary) : undefined,
    trustedPrincipals: input("trustedPrincipals", trustedPrincipals),
    customerRolePath: customerRolePathOf(deployment),
    alarmEmail: alarmEmail || undefined,
    alarmTopicArn: alarmTopicArn ? input("alarmTopicArn", alarmTopicArn) : undefined,
  };
}

function logoOf({ logo }: CheckedValues, source: Source): string {
  try {
    return readLogo(logo);
  } catch (error) {
    throw new ConfigurationError("logo", (error as Error).message, source);
  }
}
