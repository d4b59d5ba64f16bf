// Preloaded into a program, it stands for the engine, and prints in the end the inputs of what the program registered.
import * as pulumi from "@pulumi/pulumi";

const registered = [];

await pulumi.runtime.setMocks({
  call: () => ({}),
  newResource: ({ type, name, inputs }) => {
    registered.push({ type, name, inputs });
    return { id: name, state: { ...inputs, outputs: {} } };
  },
});
process.on("beforeExit", () => console.log(JSON.stringify(registered)));
