import { readFileSync } from "node:fs";

/** Milliseconds between two looks at whether npm is still there. */
const INTERVAL = 500;

/**
 * Resolves at the first Ctrl-C or SIGTERM, and when the npm that started this program is gone: an embedded cloud has to be stopped in
 * order, with all its processes. From then on nothing is printed about work that was broken off, and a second Ctrl-C ends at once.
 */
export function interruption(): Promise<"interrupted"> {
  return new Promise((resolve) => {
    let isInterrupted = false;
    const interrupt = () => {
      if (isInterrupted) process.exit(130);
      isInterrupted = true;
      for (const event of ["uncaughtException", "unhandledRejection"]) process.on(event, () => {});
      console.error = console.warn = () => {};
      resolve("interrupted");
    };
    // In place of prepare.mjs's, which end at once.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      const replaced = process.listeners(signal);
      // First, because a signal that waits to be told is lost as soon as nobody listens.
      process.on(signal, interrupt);
      for (const listener of replaced) process.off(signal, listener);
    }
    if (process.env.npm_lifecycle_event === undefined) return;
    const npm = npmProcess();
    const watch = setInterval(() => {
      if (npmProcess() === npm) return;
      clearInterval(watch);
      interrupt();
    }, INTERVAL);
    watch.unref();
  });
}

/** What tells npm's death: this process's parent, and that one's, because some shells stay in between. */
function npmProcess(): string {
  try {
    const [, parent] = /\) \w (\d+)/.exec(readFileSync(`/proc/${process.ppid}/stat`, "utf8")) ?? [];
    return `${process.ppid} ${parent}`;
  } catch {
    return `${process.ppid}`;
  }
}
