/**
 * Reads a function's environment variables, once, when it starts.
 *
 * @param names every variable of the interface; a missing one is a compile error
 * @throws Error naming the variables that are missing, so that the first line of the log says what is wrong with the deployment
 */
export function readEnvironment<Environment extends Readonly<Record<keyof Environment, string>>>(
  names: Readonly<Record<keyof Environment, true>>,
): Environment {
  const missing = Object.keys(names).filter((name) => !process.env[name]);
  if (missing.length > 0) {
    throw new Error(`The function's environment lacks ${missing.join(", ")}. Deploy the program again.`);
  }
  return Object.fromEntries(Object.keys(names).map((name) => [name, process.env[name]])) as Environment;
}
