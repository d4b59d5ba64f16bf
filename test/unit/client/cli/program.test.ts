/** What `onboarding` says to a command line that is wrong: one sentence, exit code 1, and nothing is done. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../../client/cli/program.js";

async function onboarding(...args: string[]) {
  const written = { out: "", error: "" };
  const code = await run(args, {
    out: (text) => {
      written.out += text;
    },
    error: (text) => {
      written.error += text;
    },
  });
  return { code, ...written };
}

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const EXTERNAL_ID = "eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f";

describe("The command line of onboarding", () => {
  let folder: string;

  before(() => {
    // As if the program had been called by its own name.
    delete process.env.npm_lifecycle_event;
    folder = mkdtempSync(join(tmpdir(), "onboarding-"));
  });

  after(() => rmSync(folder, { recursive: true }));

  for (const [args, sentence] of [
    [["--colour", "list"], "Unknown option '--colour'. See onboarding --help."],
    [["list", "--colour"], "Unknown option '--colour'. See onboarding --help."],
    [["delete"], "Unknown command 'delete'. See onboarding --help."],
    [["show"], "Missing required argument 'connection'. See onboarding --help."],
    [["list", "--stack"], "Option '--stack <name>' argument missing. See onboarding --help."],
    [
      ["list", "--limit", "abc"],
      "Option '--limit <number>' argument 'abc' is invalid. Use a whole number from 1 to 1000.",
    ],
    [
      ["list", "--limit", "1001"],
      "Option '--limit <number>' argument '1001' is invalid. Use a whole number from 1 to 1000.",
    ],
    [
      ["list", "--account", "1234"],
      "Option '--account <account>' argument '1234' is invalid. Use the 12 digits of an AWS account ID.",
    ],
    [
      ["list", "--status", "broken"],
      "Option '--status <status>' argument 'broken' is invalid. Allowed choices are pending, awaited, expired, connected, unreachable, unsafe, disconnected, cancelled.",
    ],
    [["organizations", "delete"], "Unknown command 'delete'. See onboarding --help."],
    [["organizations", "show"], "Missing required argument 'organization'. See onboarding --help."],
    [
      ["organizations", "members", EXTERNAL_ID, "--status", "pending"],
      "Option '--status <status>' argument 'pending' is invalid. Allowed choices are awaited, connected, unreachable, unsafe, disconnected.",
    ],
    [["end", EXTERNAL_ID], "Required option '--reason <text>' not specified. See onboarding --help."],
    [
      ["end", EXTERNAL_ID, "--reason", " "],
      "Option '--reason <text>' argument ' ' is invalid. Use 1 to 500 printable characters.",
    ],
    [
      ["credentials", "--duration", "60", EXTERNAL_ID],
      "Option '--duration <seconds>' argument '60' is invalid. Use a whole number from 900 to 3600.",
    ],
    [
      ["list", "--local", "--stack", "prod"],
      "--stack and --local name different deployments: use only one of them.",
    ],
    [
      ["--table", "onboarding-prod-connections", "--region", "us-east-1", "--stack", "prod", "list"],
      "--stack and --table name different deployments: use only one of them.",
    ],
    [
      ["list", "--table", "onboarding-prod-connections"],
      "--table needs --region too: the home region of the stack that the table belongs to.",
    ],
    [
      ["list", "--region", "us-east-1"],
      "--region names the home region of a stack and needs --table, the stack's output tableName.",
    ],
    [
      ["list", "--table", "users", "--region", "us-east-1"],
      "--table users is not a table of this program: use the stack's output tableName, such as onboarding-prod-connections.",
    ],
    [
      ["list", "--stack", "nowhere"],
      "There is no Pulumi.nowhere.yaml in this folder: name a stack that is configured here with --stack, or use --local, or --table with --region.",
    ],
    [
      ["end", EXTERNAL_ID, "--reason", "x".repeat(501)],
      `Option '--reason <text>' argument '${"x".repeat(60)}…' is invalid. Use 1 to 500 printable characters.`,
    ],
    [
      ["list", "--state", "nowhere.json"],
      "There is no nowhere.json: name the file that npm start printed, or use --local for the run that was started last.",
    ],
  ] as const) {
    it(`says what is wrong with ${args.join(" ")}`, async () => {
      assert.deepEqual(await onboarding(...args), { code: 1, out: "", error: `${sentence}\n` });
    });
  }

  describe("with a stack", () => {
    let state: string;

    before(() => {
      state = join(folder, "state.json");
      const regions = ["us-east-1", "eu-west-1"];
      // Nothing listens there: these sentences come before any call.
      const running = { endpoint: "http://127.0.0.1:1", account: "111122223333", secretAccessKey: "secret" };
      writeFileSync(state, JSON.stringify({ ...running, stack: "dev", homeRegion: "us-east-1", regions }));
    });

    for (const [args, sentence] of [
      [
        ["show", "eu-west-1:nonsense"],
        '"eu-west-1:nonsense" is neither an external ID, such as eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f, nor an AWS account ID of 12 digits.',
      ],
      [
        ["organizations", "show", "o-short"],
        '"o-short" is neither an external ID, such as eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f, nor an AWS account ID of 12 digits, nor AWS\'s ID of an organization, such as o-a1b2c3d4e5.',
      ],
      [
        ["why", EXTERNAL_ID.replace("eu-west-1", "eu-north-1")],
        "eu-north-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f belongs to eu-north-1, which is not a region of the stack dev: name another stack with --stack.",
      ],
      [
        ["redrive", "eu-north-1"],
        "eu-north-1 is not a region of the stack dev: choose from us-east-1, eu-west-1.",
      ],
      [
        ["regions", "--check", "eu-north-1"],
        "eu-north-1 is not a region of the stack dev, which has us-east-1, eu-west-1. Check a region before you take it out of the configuration.",
      ],
      [
        ["list", "--page-token", "nonsense"],
        "This page token does not belong to this filter: start again from the first page.",
      ],
    ] as const) {
      it(`says what is wrong with ${args.join(" ")}`, async () => {
        const result = await onboarding("--state", state, ...args);
        assert.deepEqual(result, { code: 1, out: "", error: `${sentence}\n` });
      });
    }
  });

  it("says how it was called", async () => {
    process.env.npm_lifecycle_event = "onboarding";
    try {
      const { error } = await onboarding("delete");
      assert.equal(error, "Unknown command 'delete'. See npm run onboarding -- --help.\n");
    } finally {
      delete process.env.npm_lifecycle_event;
    }
  });

  it("shows its help when it is asked, and when no command is named", async () => {
    const asked = await onboarding("--help");
    assert.equal(asked.code, 0);
    assert.match(asked.out, /^Usage: onboarding \[options\] \[command\]/);
    const commands = [...asked.out.matchAll(/^ {2}([a-z]+)(?: \[options\])?(?: <\w+>| \[\w+\])? {2,}/gm)].map(
      ([, name]) => name,
    );
    assert.deepEqual(commands, [
      ...["list", "show", "why", "outdated", "probe", "cancel", "end", "credentials", "organizations"],
      ...["redrive", "regions", "restore"],
      "help",
    ]);
    const none = await onboarding();
    assert.deepEqual([none.code, none.out, none.error], [1, "", asked.out]);
  });
});
