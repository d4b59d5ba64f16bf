// Does with a function what Lambda does, and nothing else: node run-handler.cjs <index.js> <events.json> <number of events>
// With 0 events it exits when the function is loaded. It prints as JSON the processor time, in microseconds, of loading, of
// the first event and, on average, of the others.
const { readFileSync } = require("node:fs");

const [, , file, eventsFile, count] = process.argv;
const events = JSON.parse(readFileSync(eventsFile, "utf8"));
const wanted = Number(count);
const warmUp = Math.floor(wanted / 4);
const context = {
  getRemainingTimeInMillis: () => 65_000,
  awsRequestId: "request",
  functionName: "function",
  done: () => {},
};
const print = (result) => process.stdout.write(`\n${JSON.stringify(result)}\n`, () => process.exit(0));
const microseconds = (since) => {
  const { user, system } = process.cpuUsage(since);
  return user + system;
};

async function main() {
  const before = process.cpuUsage();
  const { handler } = require(file);
  const load = microseconds(before);
  if (wanted === 0) process.exit(0);
  const first = process.cpuUsage();
  await handler(events[0], context);
  const firstEvent = microseconds(first);
  if (wanted === 1) return print({ load, firstEvent });
  for (let index = 0; index < warmUp; index++) await handler(events[index % events.length], context);
  const warm = process.cpuUsage();
  for (let index = 0; index < wanted; index++) await handler(events[index % events.length], context);
  const perEvent = microseconds(warm) / wanted;
  print({ load, firstEvent, perEvent });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
