/** The section `config` of Pulumi.yaml, and docs/configuration.md: both generated from the schema by `npm run config-docs`. */
import { Document, Scalar, stringify } from "yaml";
import { type DescribedValue, describedValues } from "./described-values.js";
import { PROJECT } from "./source.js";

const PULUMI_YAML_COMMENT = ` Generated from components/config/schema.ts by npm run config-docs.
 Objects have no type, because earlier versions of the Pulumi CLI accept none for them.`;

/**
 * Pulumi.yaml with a new section `config`; everything above it is kept.
 *
 * @param text the file as it is, with that section at its end
 */
export function pulumiYaml(text: string): string {
  const [above = ""] = text.split(/^(?:#.*\n)*config:$/m);
  const values = Object.fromEntries(describedValues().map((value) => [value.key, projectSchema(value)]));
  const section = new Document({ config: values });
  section.commentBefore = PULUMI_YAML_COMMENT;
  return `${above}${section.toString({ lineWidth: 120 }).replace(/\n\n/, "\n")}`;
}

/** A value as Pulumi's project schema describes it. */
function projectSchema({ type, default: preset, description }: DescribedValue): Record<string, unknown> {
  const folded = new Scalar(withoutMarkup(description));
  folded.type = Scalar.BLOCK_FOLDED;
  return {
    ...(type !== "object" && { type }),
    ...(type === "array" && { items: { type: "string" } }),
    ...(preset !== undefined && { default: preset }),
    description: folded,
  };
}

/** docs/configuration.md. */
export function configurationPage(): string {
  const values = describedValues();
  const groups = [...new Set(values.map(({ group }) => group))];
  return [
    INTRODUCTION,
    overview(values),
    ...groups.map((group) =>
      [`## ${group}`, ...values.filter((value) => value.group === group).map(section)].join("\n\n"),
    ),
    "",
  ]
    .join("\n\n")
    .trimEnd()
    .concat("\n");
}

const INTRODUCTION = `# Configuration

<!-- Generated from components/config/schema.ts by npm run config-docs. -->

A stack's configuration is in \`Pulumi.<stack>.yaml\`. Edit that file, or use \`pulumi config set\`:

\`\`\`sh
pulumi config set aws:region us-east-1
pulumi config set --path '${PROJECT}:regions[0]' us-east-1
pulumi config set ${PROJECT}:linkLifetimeHours 72
\`\`\`

All values below begin with \`${PROJECT}:\`, and all but \`regions\` have a default. \`aws:region\` must be set, too: it is the _home region_, which has the URL
generator, the template and the table that the other regions replicate. It decides the partition (\`aws\`, \`aws-us-gov\` or \`aws-cn\`). Never change it,
nor the stack's name, which is part of all physical names: 1 to 16 lower-case letters, digits and hyphens, beginning with a letter.

The program checks all values before it deploys anything. A value that is not valid is refused with a sentence that names it and says what to use instead.`;

function overview(values: DescribedValue[]): string {
  const rows = values.map(({ key, title, default: preset }) => [
    `[\`${key}\`](#${key.toLowerCase()})`,
    title,
    preset === undefined ? "must be set" : code(preset),
  ]);
  return table(["Value", "Meaning", "Default"], rows);
}

function section(value: DescribedValue): string {
  const { key, description, unit, example, default: preset } = value;
  const yaml = stringify({ [`${PROJECT}:${key}`]: example }, { lineWidth: 0 }).trimEnd();
  return [
    `### \`${key}\``,
    description,
    [
      `- Type: ${typeInWords(value)}`,
      ...(unit ? [`- Unit: ${unit}`] : []),
      `- Default: ${preset === undefined ? "none; it must be set" : code(preset)}`,
      "- Example:",
    ].join("\n"),
    ["  ```yaml", ...yaml.split("\n").map((line) => `  ${line}`), "  ```"].join("\n"),
  ].join("\n\n");
}

function typeInWords({ type, options, parts, range }: DescribedValue): string {
  const listed = (items: readonly unknown[]) => items.map((item) => `\`${item}\``).join(", ");
  if (options) return `one of ${listed(options)}`;
  if (parts) return `object with ${listed(parts)}`;
  const number = `whole number${range ? ` from ${range[0]} to ${range[1]}` : ""}`;
  return {
    string: "string",
    integer: number,
    boolean: "`true` or `false`",
    array: "list of strings",
    object: `map from string to ${range ? number : "string"}`,
  }[type];
}

/** Columns are aligned, as the formatter would align them. */
function table(head: string[], rows: string[][]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((cells) => (cells[column] ?? "").length)),
  );
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** A value in one line of YAML. */
function code(value: unknown): string {
  return value === "" ? "–" : `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

function withoutMarkup(text: string): string {
  return text.replaceAll("`", "");
}
