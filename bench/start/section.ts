/** How long somebody who tries the project waits for the first link. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { formatNumber, type Section } from "../section.js";

const MAX_SECONDS = 8;

/** A customer's step, as `npm start` prints it. */
const FIRST_LINK = /^ {2}\S+ +link +[\d.]+ s/;

export async function start(): Promise<Section> {
  const seconds = await secondsToFirstLink();
  const row = {
    what: "`npm start` to the first link, installed",
    value: `${formatNumber(Number(seconds.toFixed(1)))} s`,
    baseline: "",
    measure: seconds,
    target: MAX_SECONDS,
  };
  return { title: "The first try", rows: [row] };
}

async function secondsToFirstLink(): Promise<number> {
  const file = fileURLToPath(new URL("../../emulator/start.mjs", import.meta.url));
  const started = performance.now();
  const child = spawn(process.execPath, [file, "--once"], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(child, "exit");
  try {
    for await (const line of createInterface(child.stdout)) {
      if (FIRST_LINK.test(line)) return (performance.now() - started) / 1000;
    }
    throw new Error("npm start ended without a link; run it to see why.");
  } finally {
    // It stops the embedded cloud before it exits.
    child.kill("SIGINT");
    child.stdout.resume();
    await ended;
  }
}
