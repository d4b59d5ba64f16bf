import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { IAM_REGION, type Inputs, type ResourceContext, type ResourceType, tagList } from "./types.js";

async function putRolePolicy(inputs: Inputs, { cloud }: ResourceContext) {
  await cloud.vendor.iam(IAM_REGION).send(
    new PutRolePolicyCommand({
      RoleName: inputs.role,
      PolicyName: inputs.name,
      PolicyDocument: inputs.policy,
    }),
  );
  return { id: `${inputs.role}:${inputs.name}` };
}

export const identityTypes: Readonly<Record<string, ResourceType>> = {
  "aws:iam/role:Role": {
    create: async (inputs, { cloud }) => {
      const { Role } = await cloud.vendor.iam(IAM_REGION).send(
        new CreateRoleCommand({
          RoleName: inputs.name,
          Path: inputs.path,
          AssumeRolePolicyDocument: inputs.assumeRolePolicy,
          Description: inputs.description,
          PermissionsBoundary: inputs.permissionsBoundary,
          Tags: tagList(inputs.tags),
        }),
      );
      return { id: inputs.name, state: { arn: Role?.Arn, uniqueId: Role?.RoleId } };
    },
    update: async (inputs, existing, { cloud }) => {
      await cloud.vendor.iam(IAM_REGION).send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: inputs.name,
          PolicyDocument: inputs.assumeRolePolicy,
        }),
      );
      return { id: existing.id, state: { arn: existing.state.arn, uniqueId: existing.state.uniqueId } };
    },
  },
  "aws:iam/policy:Policy": {
    create: async (inputs, { cloud }) => {
      const { Policy } = await cloud.vendor.iam(IAM_REGION).send(
        new CreatePolicyCommand({
          PolicyName: inputs.name,
          Path: inputs.path,
          Description: inputs.description,
          PolicyDocument: inputs.policy,
          Tags: tagList(inputs.tags),
        }),
      );
      return { id: Policy?.Arn ?? "", state: { arn: Policy?.Arn } };
    },
    // As the provider does: the new document becomes the policy's default version.
    update: async (inputs, existing, { cloud }) => {
      await cloud.vendor.iam(IAM_REGION).send(
        new CreatePolicyVersionCommand({
          PolicyArn: existing.id,
          PolicyDocument: inputs.policy,
          SetAsDefault: true,
        }),
      );
      return { id: existing.id, state: { arn: existing.state.arn } };
    },
  },
  "aws:iam/rolePolicy:RolePolicy": {
    create: putRolePolicy,
    update: (inputs, _existing, context) => putRolePolicy(inputs, context),
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    create: async (inputs, { cloud }) => {
      await cloud.vendor
        .iam(IAM_REGION)
        .send(new AttachRolePolicyCommand({ RoleName: inputs.role, PolicyArn: inputs.policyArn }));
      return { id: `${inputs.role}-${inputs.policyArn}` };
    },
  },
};
