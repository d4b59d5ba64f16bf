import { join } from "node:path";
import { readStackFile, readText } from "../../client/cli/files.js";
import { projectFolder } from "../paths.js";

/** Values by their full names, such as `onboarding:auth`, and `aws:region` among them. */
export type StackConfig = Readonly<Record<string, unknown>>;

/** The configuration of a stack: the values of Pulumi.<stack>.yaml. A domain name is left out: no DNS leads to this machine. @throws Error with a sentence about the file */
export function readStackConfig(stack: string): StackConfig {
  const file = `Pulumi.${stack}.yaml`;
  const missing = `There is no ${file}, which npm start deploys: bring it back with git checkout ${file}.`;
  const { "onboarding:domain": _, ...config } = readStackFile(
    file,
    readText(join(projectFolder, file), missing),
  );
  return config;
}

/** The regions that a stack offers. */
export function regionsOf(config: StackConfig): readonly string[] {
  return config["onboarding:regions"] as readonly string[];
}
