/** arguments.ts, generated from the schema by `npm run config-docs`. */
import { type DescribedValue, describedValues } from "./described-values.js";
import { type InputName, inputNames } from "./inputs.js";

/** What is wider than this is wrapped. */
const WIDTH = 110;

const BEGINNING = `/** The arguments of the component, generated from schema.ts by npm run config-docs. */
import type * as pulumi from "@pulumi/pulumi";
import type { Auth, Confirmation, Domain, Grants, Jwt } from "./argument-types.js";

/** What a {@link CrossAccountOnboarding} can be told. All but \`regions\` can be left out. */
export interface CrossAccountOnboardingArgs {
  /**
   * What sets the physical names of one deployment apart from those of others in the same account: they begin with
   * \`onboarding-<deployment>\`. 1 to 16 lower-case letters, digits and hyphens, beginning with a letter. Never change it.
   *
   * @default the name of the stack
   * @example "prod"
   */
  deployment?: string;
  /**
   * The region of the URL generator, the template and the table that the other regions replicate. It decides the partition:
   * \`aws\`, \`aws-us-gov\` or \`aws-cn\`. Never change it.
   *
   * @default the region of the AWS provider
   * @example "us-east-1"
   */
  homeRegion?: string;
`;

/** The types of values that have one of their own, see argument-types.ts. */
const OWN_TYPES: Readonly<Record<string, string>> = {
  auth: "Auth",
  confirmation: "Confirmation",
  domain: "Domain",
  grants: "Grants",
  jwt: "Jwt",
  texts: "Record<string, Record<string, string>>",
};

/** The text of arguments.ts. */
export function argumentsSource(): string {
  return `${BEGINNING}${describedValues().map(property).join("")}}\n`;
}

function property(value: DescribedValue): string {
  const { key, description, unit, default: preset, example } = value;
  const lines = [
    ...wrapped(unit ? `${description} Unit: ${unit}.` : description),
    "",
    ...(preset === undefined ? [] : [`@default ${JSON.stringify(preset)}`]),
    `@example ${JSON.stringify(example)}`,
  ];
  const comment = lines.map((line) => `   *${line && ` ${line}`}\n`).join("");
  return `  /**\n${comment}   */\n  ${key}${preset === undefined ? "" : "?"}: ${typeOf(value)};\n`;
}

function typeOf({ key, type, range }: DescribedValue): string {
  const isInput = inputNames.includes(key as InputName);
  const input = (name: string) => (isInput ? `pulumi.Input<${name}>` : name);
  const types: Record<DescribedValue["type"], string> = {
    string: "string",
    integer: "number",
    boolean: "boolean",
    array: `${input("string")}[]`,
    object: `Record<string, ${range ? "number" : "string"}>`,
  };
  return input(OWN_TYPES[key] ?? types[type]);
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line && `   * ${line} ${word}`.length > WIDTH) {
      lines.push(line);
      line = "";
    }
    line = line ? `${line} ${word}` : word;
  }
  return [...lines, line];
}
