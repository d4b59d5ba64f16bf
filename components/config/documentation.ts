/** Pulumi.yaml's section `config` and docs/configuration.md, both made from the schema (`npm run config-docs`). */
import { Document, Scalar, stringify } from "yaml";
import { type DescribedValue, describedValues } from "./described-values.js";
import { PROJECT } from "./source.js";

const PULUMI_YAML_COMMENT = ` Made from components/config/ by npm run config-docs.
 Maps have no type: for years the command's project schema knew none for them.`;

/**
 * Pulumi.yaml with its section `config` made anew; what stands above stays as it is.
 *
 * @param text the file as it is, with the section at its end
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

<!-- Made from components/config/ by npm run config-docs. -->

All values but \`aws:region\` begin with \`${PROJECT}:\`. They are in \`Pulumi.<stack>.yaml\`, where \`pulumi config set\` puts them:

\`\`\`sh
pulumi config set aws:region us-east-1
pulumi config set --path '${PROJECT}:regions[0]' us-east-1
pulumi config set ${PROJECT}:linkLifetimeHours 72
\`\`\`

\`aws:region\` is the _home region_: there are the URL generator, the template and the table of which the other regions have replicas. It also chooses the
partition, \`aws\`, \`aws-us-gov\` or \`aws-cn\`, and it can never be changed. Neither can the stack's name, which is part of all physical names: 1 to 20
lower-case letters, digits and hyphens, a letter first.

Everything is checked before anything is deployed. What does not do is refused with a sentence that names the value and says what would work.`;

function overview(values: DescribedValue[]): string {
  const rows = values.map(({ key, title, default: preset }) => [
    `[\`${key}\`](#${key.toLowerCase()})`,
    title,
    preset === undefined ? "must be set" : code(preset),
  ]);
  return table(["Value", "What it is", "Default"], rows);
}

function section(value: DescribedValue): string {
  const { key, title, description, example, default: preset } = value;
  const facts = [
    `- Type: ${typeInWords(value)}`,
    `- Default: ${preset === undefined ? "none, it must be set" : code(preset)}`,
    "- Example:",
  ];
  const yaml = stringify({ [`${PROJECT}:${key}`]: example }, { lineWidth: 0 }).trimEnd();
  return [
    `### \`${key}\``,
    `${title}. ${description}`,
    facts.join("\n"),
    ["  ```yaml", ...yaml.split("\n").map((line) => `  ${line}`), "  ```"].join("\n"),
  ].join("\n\n");
}

function typeInWords({ type, options, range, unit }: DescribedValue): string {
  const counted = unit ? ` (${unit})` : "";
  if (options) return `one of ${options.map((option) => `\`${option}\``).join(", ")}`;
  switch (type) {
    case "integer":
      return range ? `whole number from ${range[0]} to ${range[1]}${counted}` : `whole number${counted}`;
    case "boolean":
      return "`true` or `false`";
    case "array":
      return "list of strings";
    case "object":
      return `map${counted && ` to numbers${counted}`}`;
    case "string":
      return "string";
  }
}

/** With cells of one width, as the formatter of this repository wants them. */
function table(head: string[], rows: string[][]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((cells) => (cells[column] ?? "").length)),
  );
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** A value as YAML writes it in one line. */
function code(value: unknown): string {
  return value === "" ? "–" : `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

function withoutMarkup(text: string): string {
  return text.replaceAll("`", "");
}
