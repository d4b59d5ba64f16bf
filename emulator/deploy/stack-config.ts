import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectFolder } from "../paths.js";

/** The configuration of a stack as Pulumi would read it: the values of Pulumi.<stack>.yaml by their full names. */
export function readStackConfig(stack: string): Record<string, unknown> {
  const text = readFileSync(join(projectFolder, `Pulumi.${stack}.yaml`), "utf8");
  return (parse(text) as { readonly config: Record<string, unknown> }).config;
}
