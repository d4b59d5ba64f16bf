/** Where values come from. Sentences call them as they are called there. */
export interface Source {
  /**
   * What a value is called there.
   *
   * @param key its name in the schema, `jwt.issuer` for a part of one
   * @example name("regions") // onboarding:regions
   */
  readonly name: (key: string) => string;
  /** How to set a list's first item, for sentences that show it. */
  readonly firstItem: (key: string, item: string) => string;
  /** What a key that nobody knows is not. */
  readonly member: string;
  /** Values of the schema that cannot be set there. */
  readonly implied: readonly string[];
}

/** The project's name, with which its configuration values begin. */
export const PROJECT = "onboarding";

const IMPLIED: Readonly<Record<string, string>> = {
  deployment: "The stack's name",
  homeRegion: "aws:region",
};

/** The configuration of a stack of this program. */
export const stackConfiguration: Source = {
  name: (key) => IMPLIED[key] ?? `${PROJECT}:${key}`,
  firstItem: (key, item) => `pulumi config set --path '${PROJECT}:${key}[0]' ${item}`,
  member: "a configuration value of this program",
  implied: Object.keys(IMPLIED),
};

/** The arguments of the component in somebody's own program. */
export const componentArguments: Source = {
  name: (key) => key,
  firstItem: (key, item) => `${key}: ["${item}"]`,
  member: "an argument of CrossAccountOnboarding",
  implied: [],
};
