/** Files that people write, and what is said of one that cannot be used. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** @throws Error with the sentence for a file that is not there */
export function readText(path: string, whenMissing: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new Error(whenMissing, { cause });
  }
}

/** @throws Error naming the file, and where the text in it goes wrong */
export function parsed(file: string, parser: () => unknown): unknown {
  try {
    return parser() ?? {};
  } catch (cause) {
    const [where = ""] = (cause as Error).message.split("\n");
    throw new Error(`${file} cannot be read: ${where.replace(/[:.]$/, "")}. Correct the file.`, { cause });
  }
}

/** A stack's configuration by full names; its values are as somebody wrote them. */
export type StackFile = Readonly<Record<string, unknown>> & {
  readonly "aws:region": string;
  readonly "onboarding:regions": readonly string[];
};

/**
 * Reads the text of Pulumi.<stack>.yaml. `pulumi up` checks the values; here only those are checked that no stack can do without.
 * @throws Error that names the file
 */
export function readStackFile(file: string, text: string): StackFile {
  const { config } = parsed(file, () => parse(text)) as { readonly config?: Partial<StackFile> | null };
  if (typeof config?.["aws:region"] !== "string" || !Array.isArray(config["onboarding:regions"])) {
    throw new Error(
      `${file} has no aws:region or no onboarding:regions: finish the stack's configuration first.`,
    );
  }
  return config as StackFile;
}
