#!/usr/bin/env node
/** `onboarding`, the operator's program; in a clone of this project it is `npm run onboarding -- …`. */
import { run } from "./program.js";
import { hasColours } from "./terminal.js";

// This program supports Node 20.19; without this, the SDK's notice that its later versions will not precedes every output.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const { stdout, stderr } = process;
const output = {
  out: (text: string) => stdout.write(text),
  error: (text: string) => stderr.write(text),
  colours: { out: hasColours(stdout), error: hasColours(stderr) },
};

// The package has this file as CommonJS, where nothing can be awaited here.
void run(process.argv.slice(2), output).then((exitCode) => {
  process.exitCode = exitCode;
});
