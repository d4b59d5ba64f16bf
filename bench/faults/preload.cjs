// Loaded with --require into the process of a function that faulty-endpoint.ts stands before: ends the process, or
// makes it stand still, at the call whose answer says so.
const diagnostics = require("node:diagnostics_channel");

diagnostics.subscribe("http.client.response.finish", ({ response }) => {
  const fault = response.headers["x-embedded-cloud-fault"];
  if (fault === "kill") process.kill(process.pid, "SIGKILL");
  if (fault === "freeze") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
