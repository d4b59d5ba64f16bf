/** Arguments that may be outputs of other resources: nothing that decides which resources there are, or what they are called. */
import * as pulumi from "@pulumi/pulumi";

/** For each such argument, a valid value that the checks look at until it is known. */
const STAND_INS = {
  alarmTopicArn: ({ homeRegion = "us-east-1" }: Given) => `arn:aws:sns:${homeRegion}:111122223333:alarms`,
  permissionsBoundary: () => "arn:aws:iam::111122223333:policy/boundary",
  trustedPrincipals: (): string[] => [],
  "domain.certificateArn": ({ homeRegion = "us-east-1" }: Given) =>
    `arn:aws:acm:${homeRegion}:111122223333:certificate/00000000-0000-0000-0000-000000000000`,
  "jwt.issuer": () => "https://login.example.com/",
  "jwt.audience": () => ["onboarding"],
} as const;

/** One of them, as messages call it. */
export type InputName = keyof typeof STAND_INS;

/** All of them. */
export const inputNames = Object.keys(STAND_INS) as InputName[];

interface Given {
  readonly homeRegion?: string;
  readonly jwt?: object;
}

/** Arguments of which some are not known yet. */
export interface SeparatedArguments {
  /** All of them, each output replaced by a valid value. */
  readonly values: object;
  readonly outputs: Readonly<Partial<Record<InputName, pulumi.Output<unknown>>>>;
}

/** Takes the outputs out of those arguments that may be some. Any others are left for the checks to refuse. */
export function separateOutputs(given: object): SeparatedArguments {
  let values = given;
  const outputs: Partial<Record<InputName, pulumi.Output<unknown>>> = {};
  for (const name of inputNames) {
    const value = valueAt(given, name);
    if (!holdsOutput(value)) continue;
    outputs[name] = pulumi.output(value);
    values = withValue(values, name, STAND_INS[name](given));
  }
  return { values, outputs };
}

/** Whether a value is or contains something that is known only while Pulumi runs. Secrets are outputs, too. */
export function holdsOutput(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return (
    pulumi.Output.isInstance(value) ||
    value instanceof Promise ||
    Object.values(value).some((part) => holdsOutput(part))
  );
}

/** The value of a name in arguments, or in what the checks made of them. */
export function valueAt(values: object, name: InputName): unknown {
  return name
    .split(".")
    .reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], values);
}

/** The arguments with another value of that name. */
export function withValue(values: object, name: InputName, value: unknown): object {
  const [key = "", part] = name.split(".");
  const whole = (values as Record<string, object | undefined>)[key];
  return { ...values, [key]: part === undefined ? value : { ...whole, [part]: value } };
}
