import type { FunctionTelemetry } from "../../functions/runtime/telemetry.js";

export type LogLine = Readonly<Record<string, unknown>>;

/** Everything that is written to the log meanwhile, a line each. */
export async function logLines(write: () => unknown): Promise<readonly LogLine[]> {
  let text = "";
  const streams = [process.stdout, process.stderr];
  const genuine = streams.map((stream) => stream.write);
  for (const stream of streams) {
    stream.write = ((chunk: string | Uint8Array) => {
      text += String(chunk);
      return true;
    }) as typeof stream.write;
  }
  try {
    await write();
  } finally {
    streams.forEach((stream, index) => {
      stream.write = genuine[index] as typeof stream.write;
    });
  }
  return (
    text
      .trim()
      .split("\n")
      // Powertools says in a line of its own that it has no namespace: the program sets it.
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as LogLine)
  );
}

/** The metrics of an invocation, as its last line has them. */
export async function publishedMetrics(
  telemetry: FunctionTelemetry,
  work: () => void,
): Promise<readonly LogLine[]> {
  const lines = await logLines(() => telemetry.publishAfter(async () => work()));
  return lines.filter(({ _aws }) => _aws !== undefined);
}
