// The running embedded clouds of this folder: each `npm start` keeps a file under its process ID.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const runsFolder = fileURLToPath(new URL("../.onboarding/runs", import.meta.url));

/** @returns the process IDs of those that are still running; what one left that was killed is removed */
export function runningClouds() {
  let files = [];
  try {
    files = readdirSync(runsFolder);
  } catch {
    // Nothing has ever run here.
  }
  const pids = new Set();
  for (const name of files) {
    const pid = Number(name.split(".")[0]);
    if (isRunning(pid)) pids.add(pid);
    else rmSync(join(runsFolder, name), { force: true });
  }
  return [...pids];
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch ({ code }) {
    // Somebody else's process may not be asked, but it is there.
    return code === "EPERM";
  }
}

/** Ends the program with a sentence if an embedded cloud is running. @param what is not done then */
export function refuseWhileRunning(what) {
  const [pid] = runningClouds();
  if (pid === undefined) return;
  process.stderr.write(
    `${what}: npm start is running (process ${pid}). Stop it first, with Ctrl-C in its terminal or kill ${pid}.\n`,
  );
  process.exit(1);
}
