// Handles all events at once: node run-together.cjs <index.js> <events.json>
// It prints as JSON when each was done with, in milliseconds since 1970.
const { readFileSync } = require("node:fs");

const [, , file, eventsFile] = process.argv;
const { handler } = require(file);
const context = { getRemainingTimeInMillis: () => 90_000, awsRequestId: "request" };

Promise.all(
  JSON.parse(readFileSync(eventsFile, "utf8")).map(async (event) => {
    await handler(event, context);
    return Date.now();
  }),
).then(
  (doneAt) => process.stdout.write(`\n${JSON.stringify(doneAt)}\n`, () => process.exit(0)),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
