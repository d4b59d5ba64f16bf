/** Where values come from. Messages use the names that the values have there. */
export interface Source {
  /**
   * The name that a value has there.
   *
   * @param key its name in the schema, for example `jwt.issuer`
   * @example name("regions") // onboarding:regions
   */
  readonly name: (key: string) => string;
  /** How to set the first item of a list. */
  readonly firstItem: (key: string, item: string) => string;
  /** What an unknown key is not. */
  readonly member: string;
  /** The keys of the schema that are not set there, because something else implies them. */
  readonly implied: readonly string[];
}

/** The project's name in Pulumi.yaml, which its configuration values begin with. */
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

/** The arguments of the component. */
export const componentArguments: Source = {
  name: (key) => key,
  firstItem: (key, item) => `${key}: ["${item}"]`,
  member: "an argument of CrossAccountOnboarding",
  implied: [],
};

const fromStack = new WeakSet<object>();

/** Marks arguments that are a stack's configuration, so that messages about them use its names. */
export function ofStackConfiguration<TArguments extends object>(args: TArguments): TArguments {
  fromStack.add(args);
  return args;
}

/** Where arguments come from. */
export function sourceOf(args: object): Source {
  return fromStack.has(args) ? stackConfiguration : componentArguments;
}
