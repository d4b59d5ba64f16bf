import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectFolder } from "../paths.js";

/** Values by their full names, such as `onboarding:auth`, and `aws:region` among them. */
export type StackConfig = Readonly<Record<string, unknown>>;

/** The configuration of a stack: the values of Pulumi.<stack>.yaml. A domain name is left out: no DNS leads to this machine. */
export function readStackConfig(stack: string): Record<string, unknown> {
  const file = `Pulumi.${stack}.yaml`;
  const text = readFileSync(join(projectFolder, file), "utf8");
  try {
    const { config } = parse(text) as { readonly config: Record<string, unknown> };
    const { "onboarding:domain": _, ...others } = config;
    return others;
  } catch (cause) {
    const [where = ""] = (cause as Error).message.split("\n");
    throw new Error(`${file} cannot be read: ${where.replace(/:$/, "")}. Correct the file.`, { cause });
  }
}

/** The regions that a stack offers. */
export function regionsOf(config: StackConfig): readonly string[] {
  return config["onboarding:regions"] as readonly string[];
}
