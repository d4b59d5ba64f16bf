/**
 * Reads a function's variables once, when it starts.
 *
 * @param names every variable of the interface; leaving one out is a compile error
 * @throws Error naming what is missing: a function that was deployed wrongly says so in its first line of log
 */
export function readEnvironment<Environment extends Readonly<Record<keyof Environment, string>>>(
  names: Readonly<Record<keyof Environment, true>>,
): Environment {
  const missing = Object.keys(names).filter((name) => !process.env[name]);
  if (missing.length > 0) {
    throw new Error(
      `The function's environment lacks ${missing.join(", ")}. Deploy it again with the program.`,
    );
  }
  return Object.fromEntries(Object.keys(names).map((name) => [name, process.env[name]])) as Environment;
}
