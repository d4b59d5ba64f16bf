// Loaded with --require into the process of a function behind a FaultProxy: kills or freezes the process when the reply to a
// call says so.
const diagnostics = require("node:diagnostics_channel");

diagnostics.subscribe("http.client.response.finish", ({ response }) => {
  const fault = response.headers["x-embedded-cloud-fault"];
  if (fault === "kill") process.kill(process.pid, "SIGKILL");
  if (fault === "freeze") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
