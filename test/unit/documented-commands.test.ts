/** The commands in the documents: each is one that there is, with options that it has, and something runs it. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { run } from "../../client/cli/program.js";
import { commandsInBlocks, commandsOf, read, root, wordsOf } from "../documents.js";

/** The test that runs a command, below test/; or why it is run by hand. */
type Tried = string | { readonly byHand: string };

/** Of each script of package.json. */
const SCRIPTS: Readonly<Record<string, Tried>> = {
  start: "e2e/emulator/start.test.ts",
  test: { byHand: "it runs this test" },
  check: { byHand: "a part of npm test" },
  "test:unit": { byHand: "a part of npm test" },
  "test:integration": { byHand: "a part of npm test" },
  "test:e2e": { byHand: "a part of npm test" },
  "test:capacity": { byHand: "takes minutes; e2e/many-customers.test.ts is a small one" },
  bench: { byHand: "takes eight minutes" },
  fuzz: "unit/functions/receiver/one-stack.test.ts",
  soak: "integration/bench/soak.test.ts",
  faults: "e2e/faults.test.ts",
  build: "integration/package/package.test.ts",
  bundle: { byHand: "writes what integration/components/build/bundle.test.ts checks" },
  screenshots: { byHand: "somebody has to look at the pictures" },
  knip: { byHand: "a part of npm test" },
  clean: "unit/emulator/start.test.ts",
  "verify-on-aws": "e2e/verify.test.ts",
  onboarding: "e2e/client/cli/commands.test.ts",
  restore: "e2e/client/cli/restore.test.ts",
  "config-docs": "unit/components/config/documentation.test.ts",
  "deployer-policy": "integration/components/iam/deployer-policies.test.ts",
};

/** Of each of the operator's commands. */
const OPERATORS: Readonly<Record<string, string>> = {
  list: "e2e/client/cli/commands.test.ts",
  show: "e2e/client/cli/commands.test.ts",
  why: "e2e/client/cli/commands.test.ts",
  outdated: "e2e/client/cli/commands.test.ts",
  probe: "e2e/client/cli/commands.test.ts",
  cancel: "e2e/client/cli/commands.test.ts",
  end: "e2e/client/cli/commands.test.ts",
  credentials: "e2e/client/cli/commands.test.ts",
  redrive: "e2e/client/cli/commands.test.ts",
  regions: "e2e/client/cli/commands.test.ts",
  restore: "e2e/client/cli/restore.test.ts",
  organizations: "e2e/client/cli/organizations.test.ts",
};

/** The programs that blocks of shell commands call, and what looks at how. */
const CHECKED: Readonly<Record<string, Tried>> = {
  npm: "unit/documented-commands.test.ts",
  npx: { byHand: "installs the CDK's command line from the registry" },
  aws: "integration/documented-commands.test.ts",
  // Its configuration is checked there; everything else of it needs an account.
  pulumi: "integration/documented-commands.test.ts",
  terraform: { byHand: "needs its provider, from its registry" },
  "./aws-cli.sh": "e2e/ways.test.ts",
  ...Object.fromEntries(
    ["cd", "git", "curl", "export", "for", "done"].map((name) => [
      name,
      { byHand: "a shell's own, or as well known" },
    ]),
  ),
};

async function onboarding(args: readonly string[]) {
  const printed = { out: "", error: "" };
  const code = await run(args, {
    out: (text) => {
      printed.out += text;
    },
    error: (text) => {
      printed.error += text;
    },
  });
  return { code, ...printed };
}

/** The rows of docs/commands.md under a heading: what is in backticks in the first column. */
function listedUnder(heading: string): string[] {
  const [, section = ""] = read("docs/commands.md").split(`\n## ${heading}\n`);
  const [body = ""] = section.split("\n## ");
  return [...body.matchAll(/^\| (`.+?) +\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, command = ""]) => command),
  );
}

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

describe("Each command", () => {
  it("of npm is run by a test, or by hand for a reason", () => {
    const { scripts } = JSON.parse(read("package.json"));
    assert.deepEqual(Object.keys(SCRIPTS).sort(), Object.keys(scripts).sort());
    for (const tried of [...Object.values(SCRIPTS), ...Object.values(CHECKED)]) {
      if (typeof tried === "string") assert.ok(existsSync(join(root, "test", tried)), tried);
    }
  });

  it("of the operator's is run by a test", async () => {
    const { out } = await onboarding(["--help"]);
    const commands = [...out.matchAll(/^ {2}([a-z]+)(?: \[options\]| <\w+>| \[\w+\])* {2,}/gm)]
      .map(([, name = ""]) => name)
      .filter((name) => name !== "help");
    assert.deepEqual(Object.keys(OPERATORS).sort(), commands.sort());
    for (const [name, test] of Object.entries(OPERATORS)) {
      assert.match(read(join("test", test)), new RegExp(`\\b${name}\\b`), name);
    }
  });
});

describe("docs/commands.md", () => {
  it("lists each script that somebody needs who does not change the project", () => {
    const listed = listedUnder("In this repository").map((command) => {
      const [, script, name = script] = /^npm (\w+)(?: -\S+)*(?: ([\w:-]+))?/.exec(command) ?? [];
      return script === "run" ? name : script;
    });
    const others = ["config-docs", "deployer-policy", "knip", "onboarding"];
    const expected = Object.keys(SCRIPTS).filter((name) => !others.includes(name));
    assert.deepEqual([...new Set(listed)].sort(), expected.sort());
  });

  it("lists each of the operator's commands", () => {
    const names = listedUnder("The operator's command")
      .filter((command) => !command.startsWith("--"))
      .map((command) => command.split(" ")[0] ?? "");
    assert.deepEqual([...new Set(names)].sort(), Object.keys(OPERATORS).sort());
  });
});

describe("In the documents,", () => {
  it("commands of npm's name scripts that there are", () => {
    const named = commandsOf("npm run").map(({ command }) => wordsOf(command).find(isScript) ?? command);
    assert.ok(named.length > 20);
    assert.deepEqual(
      [...new Set(named)].filter((name) => !(name in SCRIPTS)),
      [],
    );

    function isScript(word: string, index: number): boolean {
      return index > 1 && !word.startsWith("-");
    }
  });

  it("npm start has options that it has", async () => {
    const commands = commandsOf("npm start").filter(({ command }) => command.includes(" -- "));
    assert.ok(commands.length > 3);
    for (const { path, command } of commands) {
      const [, args = ""] = command.split(" -- ");
      const program = ["emulator/start.mjs", ...wordsOf(args), "--help"];
      await assert.doesNotReject(
        promisify(execFile)(process.execPath, program, { cwd: root }),
        `${path}: ${command}`,
      );
    }
  });

  it("the operator's commands have arguments and options that they have", async () => {
    const operators = /^(?:(?:npx )?onboarding|npm run(?: -s)? (?:onboarding --|(?=restore --)))(?: |$)/;
    const commands = commandsOf("npm run", "npx onboarding", "onboarding").filter(
      ({ command }) => /\w/.test(command.replace(operators, "")) && operators.test(command),
    );
    assert.ok(commands.length > 10);
    for (const { path, command } of commands) {
      const args = wordsOf(
        command
          .replace(operators, "")
          .replace(/^restore --(?= |$)/, "restore")
          .replace(/<(?:external ID|connection|account or external ID)>|<…>/g, "222233334444")
          .replace("<command>", "list")
          .replace(/<[^>]+>/g, "x"),
      );
      // None of them is there, which is found out once the command line was understood.
      const { error } = await onboarding([...args, "--state", "nowhere.json"]);
      const understood =
        /^(There is no |--\S+ and --\S+ name different|Missing required argument|Required option)/;
      assert.match(error, understood, `${path}: ${command}`);
    }
  });

  it("blocks of shell commands call nothing that no test looks at, but for what is said here", () => {
    const programs = commandsInBlocks().map(({ command }) => command.split(" ")[0] ?? "");
    const open = new Set(programs.filter((program) => !(program in CHECKED)));
    assert.deepEqual([...open], []);
  });
});
