import { healthNameOf, organizationsNameOf, receiverNameOf } from "../../functions/domain/names.js";
import memberSource from "../../templates/member-role.json" with { type: "json" };
import source from "../../templates/organization-role.json" with { type: "json" };
import { takesOrganizations } from "../config/regions.js";
import { grantsOf, narrowedTrust, trustOfFunctions } from "./customer-role.js";
import { guarded } from "./guards.js";
import { reporting, type TemplateValues } from "./render-template.js";
import { type RenderedTemplate, rendered, versionOf } from "./rendered-template.js";

/**
 * The template of an organization's stack: a role to list accounts with, and a StackSet that makes a role in each account. The members'
 * template is part of it: with the longest policy that IAM takes it has half of what a StackSet takes as text.
 */
export function renderOrganizationTemplate(values: TemplateValues): RenderedTemplate {
  const member = memberTemplateOf(values);
  // As a text it would be another one when only its descriptions changed.
  const version = versionOf(templateOf(values, "", member).Resources);
  return rendered(version, templateOf(values, version, JSON.stringify(member)));
}

function memberTemplateOf(values: TemplateValues) {
  const { Role } = memberSource.Resources;
  const Properties = {
    ...Role.Properties,
    Path: values.customerRolePath,
    AssumeRolePolicyDocument: narrowedTrust(Role.Properties.AssumeRolePolicyDocument, values),
    ...grantsOf(values),
  };
  return { ...memberSource, Resources: { Role: { ...Role, Properties } } };
}

function templateOf(values: TemplateValues, version: string, TemplateBody: unknown) {
  const { OrganizationRole, ThisAccountRole, Connection, Members } = source.Resources;
  const { Properties } = OrganizationRole;
  const regional = {
    ...values,
    regions: values.regions.filter(takesOrganizations),
    servedRegions: values.servedRegions.filter(takesOrganizations),
  };
  return {
    ...guarded(source, regional),
    Resources: {
      OrganizationRole: {
        ...OrganizationRole,
        Properties: {
          ...Properties,
          Path: values.customerRolePath,
          // Nobody else has to list accounts.
          AssumeRolePolicyDocument: trustOfFunctions(
            Properties.AssumeRolePolicyDocument,
            [receiverNameOf, healthNameOf, organizationsNameOf],
            values,
          ),
        },
      },
      // What StackSets make everywhere else, by the same parameters.
      ThisAccountRole: { ...ThisAccountRole, ...memberTemplateOf(values).Resources.Role },
      Connection: reporting(Connection, values.tier, version),
      Members: { ...Members, Properties: { ...Members.Properties, TemplateBody } },
    },
  };
}
