/** What CloudFormation makes of templates, as far as tests of ours need it. */
import assert from "node:assert/strict";
import type { TemplateValues } from "../../../../components/template/render-template.js";

// biome-ignore lint/suspicious/noExplicitAny: a template has no types, and tests look at every corner of it
export type Inputs = Record<string, any>;

export const small: TemplateValues = {
  accountId: "111122223333",
  confirmation: "none",
  customerRolePath: "/onboarding/dev/",
  grants: { actions: ["ec2:Describe*"], managedPolicies: [], statements: [], tiers: [] },
  homeRegion: "us-east-1",
  prefix: "onboarding-dev",
  regions: ["us-east-1", "eu-west-1"],
  rolePath: "/",
  servedRegions: ["us-east-1", "eu-west-1"],
  topicsByRegion: { "us-east-1": 1, "eu-west-1": 1 },
  tier: "",
  trustedPrincipals: [],
};

export const CUSTOMER = "444455556666";

/** Whether CloudFormation would take the value: a pattern has to match all of it. */
export function accepts({ AllowedValues, AllowedPattern }: Inputs, value: string): boolean {
  const listed = !AllowedValues || AllowedValues.includes(value);
  return listed && (!AllowedPattern || new RegExp(`^(?:${AllowedPattern})$`).test(value));
}

/** The messages of the rules that a stack with these values breaks. */
export function brokenRules(
  { Rules }: Inputs,
  region: string,
  SnsArn: string,
  AccountId = CUSTOMER,
): string[] {
  const evaluate = (expression: unknown): unknown => {
    if (typeof expression === "string") return expression;
    const { Ref } = expression as Inputs;
    if (Ref) return { "AWS::Region": region, "AWS::AccountId": CUSTOMER, AccountId, SnsArn }[Ref as string];
    const [[name, [left, right]]] = Object.entries(expression as Inputs) as [[string, [unknown, Inputs]]];
    if (name === "Fn::Contains") {
      return (left as string[]).includes(evaluate(right) as string);
    }
    assert.equal(name, "Fn::Equals");
    return evaluate(left) === evaluate(right);
  };
  return Object.values<Inputs>(Rules)
    .filter(({ RuleCondition }) => !RuleCondition || evaluate(RuleCondition))
    .flatMap(({ Assertions }) => Assertions as Inputs[])
    .filter(({ Assert }) => !evaluate(Assert))
    .map(({ AssertDescription }) => AssertDescription);
}

/** A value as CloudFormation computes it. */
export function evaluated(value: unknown, values: Readonly<Record<string, string>>): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => evaluated(one, values));
  const [[name = "", argument] = []] = Object.entries(value);
  const given = evaluated(argument, values) as never;
  switch (name) {
    case "Fn::Join":
      return (given[1] as string[]).join(given[0]);
    case "Fn::Select":
      return given[1][given[0]];
    case "Fn::Split":
      return (given[1] as string).split(given[0]);
    case "Fn::Sub":
      return (given as string).replace(/\$\{([^}]+)\}/g, (_, variable: string) => String(values[variable]));
    default:
      throw new Error(`The test does not know ${name}.`);
  }
}
