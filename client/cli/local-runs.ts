/** The embedded clouds that are running in this folder: each `npm start` keeps its addresses in a file of its own. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Relative to the project's folder. */
const FOLDER = ".onboarding/runs";

interface Run {
  readonly file: string;
  readonly pid: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Undefined as long as the program is being deployed. */
  readonly endpoint?: string;
}

/** The file of the one that was started last. @throws Error if none is running, or none is ready */
export function newestRun(): string {
  const runs = readRuns().filter(({ pid }) => isRunning(pid));
  const ready = runs.filter(({ endpoint }) => endpoint !== undefined);
  const [newest] = ready.sort((one, other) => other.startedAt.localeCompare(one.startedAt));
  if (newest) return newest.file;
  throw new Error(
    runs.length > 0
      ? "The embedded cloud is still starting: wait until npm start says that the program is deployed."
      : "No embedded cloud is running: start one with npm start and leave it running.",
  );
}

function readRuns(): Run[] {
  try {
    return readdirSync(FOLDER)
      .filter((name) => name.endsWith(".json"))
      .map((name) => join(FOLDER, name))
      .map((file) => ({ ...(JSON.parse(readFileSync(file, "utf8")) as Omit<Run, "file">), file }));
  } catch {
    // There is no such folder, or a run has just ended.
    return [];
  }
}

/** Sends no signal, and fails if there is no such process: https://nodejs.org/api/process.html#processkillpid-signal */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process may not be asked, but it is there.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
