/** What the documents say about the repository: paths, links, commands and quoted tests. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { LOOK_UPS } from "../../components/iam/deployer-rights.js";
import type { CurrentStatus } from "../../functions/domain/connection.js";
import * as sentences from "../../functions/domain/sentences.js";
import { CHECKS, MANUAL_CHECKS } from "../aws/dependencies.js";
import { documents, present, read, root } from "../documents.js";

/** As GitHub makes them: lower case, without punctuation, hyphens for spaces. */
function anchorsOf(path: string): string[] {
  return [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function linksOf(path: string): string[] {
  return [...read(path).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** Paths in backticks, from one of the repository's folders on. Those with a placeholder name no single file. */
function pathsOf(path: string): string[] {
  const folders = "components|functions|templates|client|emulator|bench|test|docs|examples|\\.github|\\.ci";
  const pattern = new RegExp(`\`((?:${folders})/[^\`\\s]*)\``, "g");
  return [...read(path).matchAll(pattern)]
    .map(([, found = ""]) => found)
    .filter((one) => !/[<>*…]/.test(one));
}

describe("the documents", () => {
  it("link to what is there", () => {
    const broken = documents.flatMap((path) =>
      linksOf(path)
        .filter((target) => {
          const [file = "", anchor] = target.split("#");
          const linked = file === "" ? path : relative(root, join(root, dirname(path), file));
          if (!existsSync(join(root, linked))) return true;
          return anchor !== undefined && !anchorsOf(linked).includes(anchor);
        })
        .map((target) => `${path}: ${target}`),
    );
    assert.deepEqual(broken, []);
  });

  it("name files that are there", () => {
    const missing = present.flatMap((path) =>
      pathsOf(path)
        .filter((named) => !existsSync(join(root, named)))
        .map((named) => `${path}: ${named}`),
    );
    assert.deepEqual(missing, []);
  });
});

describe("README.md", () => {
  it("has at most 800 words", () => {
    const { length } = read("README.md").split(/\s+/);
    assert.ok(length <= 800, `${length} words`);
  });
});

describe("docs/decisions", () => {
  const records = readdirSync(join(root, "docs/decisions")).filter((name) => name !== "README.md");

  it("has records with a number of their own, each with date, status, context and decision", () => {
    const numbers = records.map((name) => /^(\d{4})-[a-z0-9-]+\.md$/.exec(name)?.[1] ?? name);
    assert.equal(new Set(numbers).size, records.length);
    for (const name of records) {
      const number = Number(name.slice(0, 4));
      const form =
        /^# (\d+)\. .+\n\nDate: \d{4}-\d{2}-\d{2}\n\n## Status\n\n.+\n\n## Context\n\n[\s\S]+?\n\n## Decision\n\n[\s\S]+$/;
      assert.equal(form.exec(read(join("docs/decisions", name)))?.[1], String(number), name);
    }
  });

  it("lists each record with its title", () => {
    const rows = [
      ...read("docs/decisions/README.md").matchAll(/^\| \[\d{4}\]\((\S+)\) +\| (\S+) +\| (.+?) +\|$/gm),
    ];
    assert.deepEqual(
      rows.map(([, name, date, title]) => ({ name, date, title })),
      records.sort().map((name) => {
        const text = read(join("docs/decisions", name));
        return { name, date: /^Date: (\S+)/m.exec(text)?.[1], title: /^# \d+\. (.+)/.exec(text)?.[1] };
      }),
    );
  });
});

/** A page's rows. */
function rowsOf(page: string): string[] {
  return read(page)
    .split("\n")
    .filter((line) => /^\| (?!-)/.test(line));
}

/** The tests that a row names by their files below test/ and words of their titles. */
function testsIn(row: string): { path: string; titles: string[] }[] {
  return [...row.matchAll(/`((?:unit|integration|e2e)\/[^`]+)`((?:,? "[^"]+")*)/g)].map(
    ([, path = "", titles = ""]) => ({
      path: join("test", path),
      titles: [...titles.matchAll(/"([^"]+)"/g)].map(([, title = ""]) => title),
    }),
  );
}

function assertThere({ path, titles }: { path: string; titles: string[] }): void {
  assert.ok(existsSync(join(root, path)) && statSync(join(root, path)).isFile(), path);
  for (const title of titles) assert.ok(read(path).includes(title), `${path}: "${title}"`);
}

describe("docs/security.md", () => {
  it("names tests that are there, by words of their titles", () => {
    const named = rowsOf("docs/security.md").flatMap(testsIn);
    assert.ok(named.length > 20, "the table of threats names tests");
    for (const test of named) assertThere(test);
  });
});

describe("docs/aws-facts.md", () => {
  const rows = rowsOf("docs/aws-facts.md").filter((row) => !row.startsWith("| Fact "));
  const checksIn = (row: string) =>
    [...row.matchAll(/\[verify-on-aws\] ((?:`[a-z-]+`(?:, )?)+)/g)].flatMap(([, names = ""]) =>
      [...names.matchAll(/`([a-z-]+)`/g)].map(([, name = ""]) => name),
    );

  it("has a source for each fact, and what would notice", () => {
    assert.ok(rows.length > 50);
    for (const row of rows) {
      const [, , source = ""] = row.split(/ *(?<!\\)\| */);
      assert.match(source, /^(\[[^\]]+\]\(https:\/\/\S+\)|not documented.*)$/, row);
      assert.ok(testsIn(row).length + checksIn(row).length > 0, row);
      for (const test of testsIn(row)) assertThere(test);
    }
  });

  it("has every page of AWS's that the code cites", () => {
    const facts = read("docs/aws-facts.md");
    const cited = ["components", "functions", "client"]
      .flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true }).map((path) => join(folder, String(path))),
      )
      .filter((path) => path.endsWith(".ts"))
      .flatMap(
        (path) =>
          read(path).match(/https:\/\/(?:docs\.|repost\.)?(?:aws\.amazon|amazonaws|aws)\.[^\s)",;]+/g) ?? [],
      )
      .map((url) => (url.split("#")[0] ?? "").replace(/[.:]$/, ""));
    assert.ok(cited.length > 10);
    for (const url of cited) assert.ok(facts.includes(url), url);
  });

  it("has a check of verify-on-aws for each fact that AWS does not document", () => {
    for (const row of rows.filter((row) => row.includes("not documented"))) {
      assert.ok(checksIn(row).length > 0, row);
    }
  });

  it("names every check of verify-on-aws, and no others", () => {
    const named = new Set(rows.flatMap(checksIn));
    assert.deepEqual([...named].sort(), [...Object.keys(CHECKS), ...Object.keys(MANUAL_CHECKS)].sort());
  });
});

describe("docs/deploying.md", () => {
  it("names every action that a preview needs", () => {
    const named = [...read("docs/deploying.md").matchAll(/`(\w+:\w+)`/g)].map(([, action]) => action);
    const needed = LOOK_UPS.flatMap(({ service, actions }) =>
      actions.map((action) => `${service}:${action}`),
    );
    assert.deepEqual(
      needed.filter((action) => !named.includes(action)),
      [],
    );
  });
});

describe("docs/operations.md", () => {
  const operations = read("docs/operations.md");
  const sectionOf = (heading: string) => operations.split(`\n## ${heading}`)[1]?.split("\n## ")[0] ?? "";
  /** What is in backticks at the beginning of a row. */
  const namesIn = (heading: string) =>
    [...sectionOf(heading).matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name).sort();

  it("explains each alarm", () => {
    const alarms = [...read("components/alarms.ts").matchAll(/\bname: "([a-z-]+)"/g)].map(([, name]) => name);
    assert.ok(alarms.length > 5, "the alarms are found by their names");
    assert.deepEqual(namesIn("Alarms, one by one"), alarms.sort());
  });

  it("explains each status", () => {
    const everyStatus: Record<CurrentStatus, true> = {
      pending: true,
      awaited: true,
      expired: true,
      connected: true,
      unreachable: true,
      unsafe: true,
      disconnected: true,
      cancelled: true,
    };
    assert.deepEqual(namesIn("Statuses"), Object.keys(everyStatus).sort());
  });

  it("explains each kind of problem that the API tells of", () => {
    const [, kinds = ""] = read("functions/url-generator/problems.ts").split("const KINDS = {");
    const names = [...kinds.matchAll(/^ {2}(\w+): \{ status/gm)].map(([, name]) => name);
    assert.ok(names.length > 5, "the kinds are found by their names");
    assert.deepEqual(namesIn("What customers read"), names.sort());
  });

  it("explains each sentence that a customer can meet, and no other", () => {
    const rules = [...read("components/template/guards.ts").matchAll(/AssertDescription: `([^`]+)`/g)];
    const said = [
      ...rules.map(([, text = ""]) => text),
      ...Object.values(sentences).map((one: string | ((...values: never[]) => string)) =>
        typeof one === "string" ? one : one(...(Array.from({ length: one.length }, () => "…") as never[])),
      ),
    ].map((text) => text.replaceAll('"', "").replaceAll(/\$\{[^}]+\}/g, "…"));
    const parts = [...sectionOf("What customers read").matchAll(/^\| "([^|]+)" +\|/gm)].map(
      ([, part = ""]) => part,
    );
    const open = new Set(parts);
    for (const text of said) {
      // The longest: one sentence's words can be in another's.
      const [part] = parts
        .filter((one) => text.includes(one))
        .sort((one, other) => other.length - one.length);
      assert.ok(part, `a row about: ${text}`);
      open.delete(part);
    }
    assert.deepEqual([...open], []);
    assert.equal(new Set(parts).size, said.length, "a row for each sentence");
  });
});
