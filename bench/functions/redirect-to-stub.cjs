// Loaded with --require into every process that is measured: redirects each TLS connection, whatever its host, to the stub of AWS
// on this machine. The certificate is still checked against the host that was meant.
const { readFileSync } = require("node:fs");
const tls = require("node:tls");

// NODE_EXTRA_CA_CERTS would make Node read all authorities that it knows when it starts, or in another thread, depending on its version.
const ca = readFileSync(process.env.STUB_AUTHORITY_FILE);
// Node reads them for the first connection of any function, and takes 40 to 200 million instructions for it. So that this is no part of what
// is compared, it happens here, for the empty handler too.
tls.createSecureContext();
const { createSecureContext } = tls;
// Whichever context a connection has, its own or a shared one, trusts the stub.
tls.createSecureContext = (options) => createSecureContext({ ...options, ca });

const port = Number(process.env.STUB_PORT);
const connect = tls.connect;

tls.connect = (options, ...rest) =>
  connect.call(
    tls,
    { ...options, host: "127.0.0.1", port, servername: options.servername || options.host },
    ...rest,
  );

// Under valgrind everything takes about fifty times as long. A timeout in the middle of it would add work that is not the function's.
const slowdown = Number(process.env.SLOWDOWN ?? 1);
if (slowdown !== 1) {
  const { setTimeout: wait } = globalThis;
  globalThis.setTimeout = Object.assign(
    (callback, delay, ...rest) => wait(callback, delay * slowdown, ...rest),
    wait,
  );
  const { timeout } = AbortSignal;
  AbortSignal.timeout = (delay) => timeout.call(AbortSignal, delay * slowdown);
}

// Without TLS, what is left is the function's own work and Node's HTTP.
if (process.env.PLAIN_PORT) {
  const http = require("node:http");
  const https = require("node:https");
  const plain = { host: "127.0.0.1", port: Number(process.env.PLAIN_PORT) };
  const agents = { true: new http.Agent({ keepAlive: true }), false: new http.Agent({ keepAlive: false }) };
  https.request = ({ agent, ...options }, callback) =>
    http.request(
      {
        ...options,
        ...plain,
        agent: agents[agent?.keepAlive ?? false],
        headers: { ...options.headers, Host: options.host },
      },
      callback,
    );
}
