// Loaded before anything else: says in a sentence that Node.js is too old, and keeps quiet about what it calls experimental. Node's own
// option for that, --disable-warning, is an error in the versions that are too old.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `This project needs Node.js 20.19 or newer; this is ${process.versions.node}. Install a newer one and run the command again.\n`,
  );
  process.exit(1);
}

const listeners = process.listeners("warning");
process.removeAllListeners("warning");
process.on("warning", (warning) => {
  if (warning.name === "ExperimentalWarning") return;
  for (const listener of listeners) listener(warning);
});
