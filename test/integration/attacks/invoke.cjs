// Runs the receiver the way Lambda does: loads the bundle named by its argument, hands its handler the events that the parent
// sends, and reports how each invocation ended.
const { handler } = require(process.argv[2]);

process.on("message", async ({ invocation, event, milliseconds }) => {
  const end = Date.now() + milliseconds;
  const context = { getRemainingTimeInMillis: () => end - Date.now() };
  let error;
  try {
    await handler(event, context);
  } catch (thrown) {
    error = String(thrown);
  }
  process.send({ invocation, ended: true, error });
});

process.on("uncaughtException", (error) => process.send({ crashed: String(error) }));
process.on("unhandledRejection", (error) => process.send({ crashed: String(error) }));
process.send({ ready: true });
