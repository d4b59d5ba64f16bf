// Loaded with --require before anything else: says in a sentence, instead of a stack trace, that nothing is installed yet.
require("./node-version.cjs");
const { existsSync } = require("node:fs");
const { join } = require("node:path");

if (!existsSync(join(__dirname, "../node_modules/tsx"))) {
  process.stderr.write("The node modules are not installed: run npm ci first.\n");
  process.exit(1);
}
