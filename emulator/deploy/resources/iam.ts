import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { EmbeddedCloud } from "../../embedded-cloud.js";
import { put, type ResourceTypes, tagList } from "./resource-type.js";

/** IAM has no region; its client needs one all the same. */
const clientOf = (cloud: EmbeddedCloud) => cloud.vendor.iam("us-east-1");

export const iam: ResourceTypes = {
  "aws:iam/role:Role": {
    create: async (inputs, cloud) => {
      const { Role } = await clientOf(cloud).send(
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
    update: async (inputs, cloud, existing) => {
      await clientOf(cloud).send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: inputs.name,
          PolicyDocument: inputs.assumeRolePolicy,
        }),
      );
      return existing;
    },
  },
  "aws:iam/policy:Policy": {
    create: async (inputs, cloud) => {
      const { Policy } = await clientOf(cloud).send(
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
    update: async (inputs, cloud, existing) => {
      await clientOf(cloud).send(
        new CreatePolicyVersionCommand({
          PolicyArn: existing.id,
          PolicyDocument: inputs.policy,
          SetAsDefault: true,
        }),
      );
      return existing;
    },
  },
  "aws:iam/rolePolicy:RolePolicy": put(async (inputs, cloud) => {
    await clientOf(cloud).send(
      new PutRolePolicyCommand({
        RoleName: inputs.role,
        PolicyName: inputs.name,
        PolicyDocument: inputs.policy,
      }),
    );
    return { id: `${inputs.role}:${inputs.name}` };
  }),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    create: async (inputs, cloud) => {
      await clientOf(cloud).send(
        new AttachRolePolicyCommand({ RoleName: inputs.role, PolicyArn: inputs.policyArn }),
      );
      return { id: `${inputs.role}-${inputs.policyArn}` };
    },
  },
};
