// Runs one deployed function in a thread of its own, as Lambda does in a process: it can be ended at any moment.
//
// --break is here, around the receiver and not in it: what a soak must report, a receiver that is known to be broken shows.
const https = require("node:https");
const http = require("node:http");
const { parentPort, workerData } = require("node:worker_threads");

const { file, port, broken } = workerData;

// Answers go to CloudFormation's genuine hosts. Here they are led to the soak's AWS, with the host in a header of its own.
https.request = ({ host, path, method, headers, signal }, callback) =>
  http.request(
    { host: "127.0.0.1", port, path, method, signal, headers: { ...headers, "X-Response-Bucket": host } },
    callback,
  );

const { handler } = require(file);

let handled = 0;
const brokenHandlers = {
  // Every 20th notification is lost: nothing is done, and nothing is said.
  silent: (event, context) => (++handled % 20 === 0 ? undefined : handler(event, context)),
  // A Delete is answered, and the record stays as it was.
  forgetful: (event, context) => {
    const request = JSON.parse(event.Records[0].Sns.Message);
    return request.RequestType === "Delete" ? succeed(request) : handler(event, context);
  },
  // Every Create succeeds, whatever the record says.
  careless: (event, context) => {
    const request = JSON.parse(event.Records[0].Sns.Message);
    return request.RequestType === "Create" ? succeed(request) : handler(event, context);
  },
};

function succeed({ ResponseURL, StackId, LogicalResourceId, RequestId, PhysicalResourceId = "broken" }) {
  const url = new URL(ResponseURL);
  const body = JSON.stringify({
    Status: "SUCCESS",
    PhysicalResourceId,
    StackId,
    LogicalResourceId,
    RequestId,
  });
  return new Promise((resolve) => {
    const path = url.pathname + url.search;
    https
      .request({ host: url.host, path, method: "PUT", headers: { "Content-Type": "" } }, (response) => {
        response.resume();
        resolve();
      })
      .on("error", resolve)
      .end(body);
  });
}

const run = brokenHandlers[broken] ?? handler;

parentPort.on("message", async ({ id, event }) => {
  const deadline = Date.now() + 65_000;
  const context = { getRemainingTimeInMillis: () => deadline - Date.now(), awsRequestId: String(id) };
  try {
    parentPort.postMessage({ id, result: await run(event, context) });
  } catch (error) {
    parentPort.postMessage({ id, error: `${error.name}: ${error.message}` });
  }
});
