/** Resolves at the first Ctrl-C or SIGTERM: an embedded cloud has to be stopped in order, with all its processes. */
export function interruption(): Promise<"interrupted"> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => resolve("interrupted"));
    }
  });
}
