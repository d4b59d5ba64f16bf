/** The customer's stack as text for the tools that create one: each is complete, and shorter than an explanation. */
import type { ConnectionRepresentation } from "../../schemas.js";
import { text } from "./texts.js";

/** What a stack is created from, whatever creates it. */
export type Stack = NonNullable<ConnectionRepresentation["stack"]>;

/** What a role looks like that is made without a stack. */
export type RoleDescription = NonNullable<ConnectionRepresentation["role"]>;

/** A way to create the stack. */
export interface Tool {
  readonly id: "aws-cli" | "terraform" | "pulumi" | "cdk";
  readonly title: string;
  /** What to do with the text. */
  readonly use: () => string;
  /** @param region the one that the connection is for */
  readonly text: (stack: Stack, region: string) => string;
}

export const TOOLS: readonly Tool[] = [
  {
    id: "aws-cli",
    title: "AWS CLI",
    use: () => text("useAwsCli"),
    text: awsCli,
  },
  {
    id: "terraform",
    title: "Terraform",
    use: () => text("useTerraform"),
    text: terraform,
  },
  {
    id: "pulumi",
    title: "Pulumi",
    use: () => text("usePulumi"),
    text: pulumi,
  },
  {
    id: "cdk",
    title: "CDK",
    use: () => text("useCdk"),
    text: cdk,
  },
];

function awsCli({ name, templateUrl, capabilities, parameters }: Stack, region: string): string {
  const list = Object.entries(parameters).map(([key, value]) => ({
    ParameterKey: key,
    ParameterValue: value,
  }));
  const where = `--region ${region} --stack-name ${name}`;
  return `aws cloudformation create-stack ${where} \\
  --template-url ${shell(templateUrl)} \\
  --capabilities ${capabilities.join(" ")} \\
  --parameters ${shell(JSON.stringify(list))}
aws cloudformation wait stack-create-complete ${where}
`;
}

/** The AWS CLI's commands that make a role, and show what it is named by. */
export function ownRole({ path, name, trustPolicy, ...role }: RoleDescription): string {
  const { permissionsPolicy, managedPolicies, permissionsBoundary } = role;
  const which = `--role-name ${name}`;
  const boundary =
    permissionsBoundary === undefined ? "" : ` --permissions-boundary ${shell(permissionsBoundary)}`;
  return [
    `aws iam create-role --path ${shell(path)} ${which}${boundary} \\\n  --assume-role-policy-document ${shell(JSON.stringify(trustPolicy))}`,
    ...(permissionsPolicy
      ? [
          `aws iam put-role-policy ${which} --policy-name permissions \\\n  --policy-document ${shell(JSON.stringify(permissionsPolicy))}`,
        ]
      : []),
    ...managedPolicies.map((arn) => `aws iam attach-role-policy ${which} --policy-arn ${shell(arn)}`),
    `aws iam get-role ${which} --query 'Role.[Arn,RoleId]' --output text\n`,
  ].join("\n");
}

function terraform({ name, templateUrl, capabilities, parameters }: Stack, region: string): string {
  const width = Math.max(...Object.keys(parameters).map(({ length }) => length));
  const lines = Object.entries(parameters).map(([key, value]) => `    ${key.padEnd(width)} = ${hcl(value)}`);
  return `# From version 6 of the AWS provider; with an earlier one, leave out region and use a provider for it.
resource "aws_cloudformation_stack" "onboarding" {
  region       = ${hcl(region)}
  name         = ${hcl(name)}
  template_url = ${hcl(templateUrl)}
  capabilities = [${capabilities.map(hcl).join(", ")}]
  parameters = {
${lines.join("\n")}
  }
}
`;
}

function pulumi({ name, templateUrl, capabilities, parameters }: Stack, region: string): string {
  return `import * as aws from "@pulumi/aws";

new aws.cloudformation.Stack("onboarding", ${script({ region, name, templateUrl, capabilities, parameters })});
`;
}

function cdk({ templateUrl, parameters }: Stack, region: string): string {
  return `import { CfnStack } from "aws-cdk-lib/core";

// In a stack whose region is ${region}.
new CfnStack(this, "Onboarding", ${script({ templateUrl, parameters })});
`;
}

/** A word of a POSIX shell. */
function shell(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** A string of HCL, in which nothing is a template. */
function hcl(value: string): string {
  return JSON.stringify(value).replace(/[$%]\{/g, (sequence) => `${sequence.charAt(0)}${sequence}`);
}

/** A literal of TypeScript. */
function script(value: object): string {
  return JSON.stringify(value, null, 2).replace(/^( *)"([A-Za-z]+)":/gm, "$1$2:");
}
