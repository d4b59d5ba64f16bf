/** The links into CloudFormation's console: the only place where they are built and read. */
import { partitionOf } from "../aws/partitions.js";
import type { Connection } from "../domain/connection.js";

/** What a quick-create link is built from. */
export interface QuickCreateLinkArgs extends Pick<Connection, "kind"> {
  readonly region: string;
  readonly templateUrl: string;
  readonly accountId: string;
  readonly externalId: string;
  readonly grantedTo: string;
  readonly permissionsBoundary?: string | undefined;
  readonly trustedAccount: string;
  readonly topicArn: string;
}

/** What CloudFormation's console reads from a quick-create link. */
export interface QuickCreate {
  readonly region: string;
  readonly templateUrl: string;
  readonly stackName: string;
  /** The template's parameters, by name. */
  readonly parameters: Readonly<Record<string, string>>;
}

const QUICK_CREATE = "/stacks/create/review";

/** What the name of each field begins with that holds a parameter; the rest of the name is case-sensitive. */
const PARAMETER = "param_";

/** Stack names have at most this many characters: letters, digits and hyphens. */
const MAX_STACK_NAME = 128;

/** What a customer's stack is created from, whatever creates it: the link, or a tool other than the console. */
export interface StackDescription {
  readonly name: string;
  readonly templateUrl: string;
  /** The template's parameters, by name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What has to be acknowledged: that the stack creates a role. */
  readonly capabilities: readonly string[];
}

export function describeStack(args: QuickCreateLinkArgs): StackDescription {
  const { permissionsBoundary, kind } = args;
  // Each account of an organization has a policy with an ARN of its own.
  const boundary = kind === "organization" ? "PermissionsBoundaryName" : "PermissionsBoundary";
  return {
    name: resourceName(args, MAX_STACK_NAME),
    templateUrl: args.templateUrl,
    parameters: {
      TrustedAccount: args.trustedAccount,
      AccountId: args.accountId,
      ExternalId: args.externalId,
      SnsArn: args.topicArn,
      GrantedTo: args.grantedTo,
      ...(permissionsBoundary !== undefined && { [boundary]: permissionsBoundary }),
    },
    // The roles of an organization have fixed names.
    capabilities: [kind === "organization" ? "CAPABILITY_NAMED_IAM" : "CAPABILITY_IAM"],
  };
}

/**
 * A CloudFormation quick-create link: it takes whoever is signed in to the console to a prefilled form with a button "Create stack"
 * ("Create quick-create links for stacks" in the CloudFormation user guide). Users can change every value in it, so the template
 * and the receiver check them all again.
 */
export function quickCreateLink(args: QuickCreateLinkArgs): string {
  const { name, templateUrl, parameters } = describeStack(args);
  const fields = Object.entries(parameters).map(([key, value]) => [`${PARAMETER}${key}`, value]);
  return consoleLink(args.region, QUICK_CREATE, {
    templateURL: templateUrl,
    stackName: name,
    ...Object.fromEntries(fields),
  });
}

/**
 * Reads a quick-create link as the console does.
 * @throws Error naming what the console would not understand
 */
export function readQuickCreateLink(link: string): QuickCreate {
  const url = new URL(link);
  const [route, query = ""] = url.hash.split("?", 2);
  if (route !== `#${QUICK_CREATE}`) throw new Error(`${link} does not lead to the quick-create page.`);
  const region = url.searchParams.get("region") ?? "";
  if (!url.hostname.startsWith(`${region}.console.`)) {
    throw new Error(`${link} names the region "${region}" but leads to ${url.hostname}.`);
  }
  const fields = new URLSearchParams(query);
  const parameters = [...fields].filter(([name]) => name.startsWith(PARAMETER));
  return {
    region,
    templateUrl: fields.get("templateURL") ?? "",
    stackName: fields.get("stackName") ?? "",
    parameters: Object.fromEntries(parameters.map(([name, value]) => [name.slice(PARAMETER.length), value])),
  };
}

/**
 * A link that takes the customer to the console's form for updating the stack, with a new template filled in. AWS documents
 * quick-create links only; its own Service Workbench uses this one.
 */
export function stackUpdateLink(args: {
  readonly region: string;
  readonly stackId: string;
  readonly templateUrl: string;
}): string {
  return consoleLink(args.region, "/stacks/update/template", {
    stackId: args.stackId,
    templateURL: args.templateUrl,
  });
}

function consoleLink(region: string, route: string, fields: Readonly<Record<string, string>>): string {
  const { consoleDomain } = partitionOf(region);
  // The console takes %20 for a space, and a plus sign literally.
  const query = new URLSearchParams(fields).toString().replaceAll("+", "%20");
  return `https://${region}.${consoleDomain}/cloudformation/home?region=${region}#${route}?${query}`;
}

/** Names the vendor, for the customer who finds the stack or the role years later, and is different for every connection. */
export function resourceName(
  { grantedTo, externalId }: Pick<QuickCreateLinkArgs, "grantedTo" | "externalId">,
  maxLength: number,
): string {
  const words = grantedTo
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^[^A-Za-z]+|-+$/g, "")
    .toLowerCase();
  const suffix = externalId.slice(externalId.indexOf(":") + 1).split("-", 1)[0] ?? "";
  const start = (words || "onboarding").slice(0, maxLength - suffix.length - 1).replace(/-+$/, "");
  return `${start}-${suffix}`;
}
