import type { FunctionTelemetry } from "../../functions/runtime/telemetry.js";

// As the program sets it.
process.env.METRICS_NAMESPACE ??= "onboarding-dev";

export type LogLine = Readonly<Record<string, unknown>>;

/** Everything that is written to the log meanwhile, a line each. */
export async function logLines(write: () => unknown): Promise<readonly LogLine[]> {
  let text = "";
  const { stdout } = process;
  const genuine = stdout.write;
  stdout.write = ((chunk: string) => {
    text += chunk;
    return true;
  }) as typeof stdout.write;
  try {
    await write();
  } finally {
    stdout.write = genuine;
  }
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as LogLine]));
}

/** The metrics of an invocation, as its last line has them. */
export async function publishedMetrics(
  telemetry: FunctionTelemetry,
  work: () => void,
): Promise<readonly LogLine[]> {
  const lines = await logLines(() => telemetry.publishAfter(async () => work()));
  return lines.filter(({ _aws }) => _aws !== undefined);
}
