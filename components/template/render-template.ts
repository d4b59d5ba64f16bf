import { ONLY_TIER } from "../../functions/domain/grants.js";
import source from "../../templates/cross-account-role.json" with { type: "json" };
import type { Configuration } from "../config/configuration.js";
import { grantsOf, narrowedTrust, type Trust } from "./customer-role.js";
import { type GuardValues, guarded } from "./guards.js";
import { type RenderedTemplate, rendered, versionOf } from "./rendered-template.js";

/** What the template says about one deployment. */
export interface TemplateValues
  extends GuardValues,
    Trust,
    Pick<Configuration, "customerRolePath" | "grants"> {
  /** The tier whose grants the role gets; {@link ONLY_TIER} where there are none. */
  tier: string;
}

/** The source template with the vendor's account, topics, regions and grants in it. */
export function renderTemplate(values: TemplateValues): RenderedTemplate {
  const version = versionOf(templateOf(values, "").Resources);
  return rendered(version, templateOf(values, version));
}

function templateOf(values: TemplateValues, version: string) {
  const { Resources } = source;
  return {
    ...guarded(source, values),
    Resources: {
      Role: {
        ...Resources.Role,
        Properties: {
          ...Resources.Role.Properties,
          Path: values.customerRolePath,
          AssumeRolePolicyDocument: trustPolicyOf(values),
          ...grantsOf(values),
        },
      },
      Connection: reporting(Resources.Connection, values.tier, version),
    },
  };
}

/** The custom resource, with what it reports of its template. */
export function reporting<Resource extends { readonly Properties: object }>(
  resource: Resource,
  tier: string,
  version: string,
): Resource {
  return {
    ...resource,
    Properties: {
      ...resource.Properties,
      ...(tier !== ONLY_TIER && { Tier: tier }),
      TemplateVersion: version,
    },
  };
}

/** The trust policy of the role of one account. */
export function trustPolicyOf(trust: Trust) {
  return narrowedTrust(source.Resources.Role.Properties.AssumeRolePolicyDocument, trust);
}
