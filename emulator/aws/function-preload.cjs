// Loaded with --require into every function's process of the embedded cloud (NODE_OPTIONS).
const https = require("node:https");

// ministack's worker replaces https.request by one that turns every request to *.amazonaws.com into plain HTTP to
// ministack and loses the host. For CloudFormation's response buckets that would hide the one thing worth testing:
// which host the receiver really talks to, over TLS. So requests to such a host keep Node's own https.request, and
// only their address changes: to response-buckets.ts, whose certificate is checked like any other
// (NODE_EXTRA_CA_CERTS).

const port = Number(process.env.RESPONSE_BUCKET_PORT);
const genuineRequest = https.request;
let replacedRequest = genuineRequest;

const isResponseBucket = (host) =>
  /^cloudformation-custom-resource-response-[a-z0-9]+\.s3[.-][a-z0-9.-]*amazonaws\.com(\.cn)?$/.test(host);

/** The options of a request as one object, whichever of Node's two forms the caller used. */
function optionsOf(args) {
  const [first, second] = args;
  if (typeof first === "string" || first instanceof URL) {
    const url = new URL(first);
    const given = typeof second === "object" ? second : {};
    return { host: url.hostname, path: url.pathname + url.search, port: url.port, ...given };
  }
  return first;
}

function request(...args) {
  const options = optionsOf(args);
  const host = options.hostname ?? options.host ?? "";
  if (!isResponseBucket(host)) return replacedRequest.apply(https, args);
  const callback = args.findLast((argument) => typeof argument === "function");
  return genuineRequest.call(
    https,
    {
      ...options,
      host: "127.0.0.1",
      hostname: "127.0.0.1",
      port,
      servername: host,
      headers: { Host: host, ...options.headers },
    },
    callback,
  );
}

Object.defineProperty(https, "request", {
  configurable: true,
  enumerable: true,
  get: () => request,
  set: (replacement) => {
    replacedRequest = replacement;
  },
});

// When an invocation ends, ministack waits up to 50 ms for the first line that it logged, and only 5 ms more once there is one. An
// empty line before each result, which the worker writes to standard output, makes an invocation that logs nothing ten times as fast.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (...args) => {
  process.stderr.write("\n");
  return write(...args);
};
