/** What the documents have readers type into other programs: Pulumi takes the configuration, and the AWS CLI the arguments. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { pythonProgram } from "../../emulator/aws/python.js";
import { commandsOf, wordsOf } from "../documents.js";
import { readConfiguration } from "./components/config/read-configuration.js";
import type { StackConfig } from "./components/run-program.js";

/** What `pulumi config set` makes of a stack's configuration. @param path such as `onboarding:regions[0]`, if it is one */
function set(config: StackConfig, key: string, value: string, isPath: boolean): void {
  const [, name = key, rest = ""] = isPath ? (/^([\w:-]+?)((?:\[|\.).+)?$/.exec(key) ?? []) : [];
  const index = /^\[(\d+)\]$/.exec(rest)?.[1];
  if (rest === "") config[name] = value;
  else if (index !== undefined)
    config[name] = Object.assign([...((config[name] as string[]) ?? [])], { [index]: value });
  else config[name] = { ...(config[name] as object), [rest.slice(1)]: value };
}

describe("In the documents,", () => {
  it("pulumi config set sets what the program takes", async () => {
    const commands = commandsOf("pulumi config set").map(({ path, command }) => ({
      path,
      words: wordsOf(command).slice(3),
    }));
    const documents = new Set(commands.map(({ path }) => path));
    assert.ok(documents.has("README.md") && documents.size > 3);
    for (const document of documents) {
      const config: StackConfig = {};
      for (const { path, words } of commands) {
        const [key, value] = words.filter((word) => word !== "--path");
        if (path === document && key && value !== undefined)
          set(config, key, value, words.includes("--path"));
      }
      await assert.doesNotReject(readConfiguration(config), document);
    }
  });

  it("aws has the arguments that the AWS CLI takes", async () => {
    // What a shell makes of variables and of other commands, nobody can tell here.
    const commands = commandsOf("aws").filter(
      ({ command }) => /^aws [\w-]+ [\w-]+ --/.test(command) && !command.includes("$"),
    );
    assert.ok(commands.length > 6);
    // Nothing listens there: that is found out once the arguments are understood.
    const environment = {
      ...{ AWS_ACCESS_KEY_ID: "1", AWS_SECRET_ACCESS_KEY: "2", AWS_DEFAULT_REGION: "us-east-1" },
      ...{ AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_MAX_ATTEMPTS: "1", AWS_EC2_METADATA_DISABLED: "true" },
      PATH: process.env.PATH,
    };
    for (const { path, command } of commands) {
      const error = await new Promise<string>((resolve) => {
        execFile(
          pythonProgram("aws"),
          wordsOf(command).slice(1),
          { env: environment },
          (_failure, _out, stderr) => resolve(stderr),
        );
      });
      assert.match(error, /Could not connect to the endpoint URL/, `${path}: ${command}`);
    }
  }).timeout(120_000);
});
