// Loaded with --require into the receiver's process, before its bundle. Reports every connection that the process opens
// and every name that it looks up to the parent, whatever library does it. Every other connection than to the local AWS endpoint then goes to
// the local response bucket, which has no certificate for another host: nothing ever leaves the machine.
const dgram = require("node:dgram");
const dns = require("node:dns");
const net = require("node:net");
const tls = require("node:tls");

const bucketPort = Number(process.env.RESPONSE_BUCKET_PORT);
const report = (host, port) => process.send({ opened: `${host}:${port}` });

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  // Node normalizes the arguments of net.connect to a list of options and callback.
  const [first, second, third] = Array.isArray(args[0]) ? args[0] : args;
  const options =
    typeof first === "object"
      ? first
      : { port: first, host: typeof second === "string" ? second : undefined };
  const callback = [second, third].find((argument) => typeof argument === "function");
  const host = options.host ?? options.path ?? "localhost";
  report(host, options.port ?? "");
  const isOurs = host === "127.0.0.1" && process.env.AWS_ENDPOINT_URL.endsWith(`:${options.port}`);
  const led = isOurs ? options : { ...options, path: undefined, host: "127.0.0.1", port: bucketPort };
  return connect.call(this, led, callback ?? undefined);
};

const tlsConnect = tls.connect;
tls.connect = (...args) => {
  const options = args.find((argument) => typeof argument === "object" && argument !== null) ?? {};
  // A certificate that is not checked would be as bad as a wrong host.
  if (options.rejectUnauthorized === false)
    report(`${options.host} without a check of its certificate`, options.port);
  return tlsConnect(...args);
};

for (const module of [dns, dns.promises]) {
  for (const name of Object.keys(module).filter((key) => /^(lookup|resolve|reverse)/.test(key))) {
    const lookUp = module[name];
    module[name] = function (host, ...rest) {
      if (host !== "127.0.0.1") report(host, name);
      return lookUp.call(this, host, ...rest);
    };
  }
}

const createSocket = dgram.createSocket;
dgram.createSocket = (...args) => {
  report("UDP", "");
  return createSocket(...args);
};
