/**
 * Everything that can be configured, described once. The schema checks a stack's configuration and a component's arguments
 * (check.ts); Pulumi.yaml and docs/configuration.md are generated from it (documentation.ts).
 */
import * as v from "valibot";
import { nearestName } from "./nearest-name.js";
import { relations } from "./relations.js";
import type { Source } from "./source.js";
import { apiValues, jwtParts } from "./values/api.js";
import { grantValues } from "./values/grants.js";
import { operationsValues } from "./values/operations.js";
import { organizationValues } from "./values/organizations.js";
import { pageValues } from "./values/page.js";
import { regionValues, stackValues } from "./values/regions.js";
import { vendorAccountValues } from "./values/vendor-account.js";

/** The values in the order of the documentation, under its headings. */
export function valueGroups(source: Source) {
  return {
    "Regions and topics": regionValues(source),
    "The API and its links": apiValues,
    "What customers see": pageValues,
    "What customers grant": grantValues,
    "Whole organizations": organizationValues,
    "Your own account": vendorAccountValues,
    "Logs, history and alarms": operationsValues,
  };
}

function entriesOf(source: Source) {
  return {
    ...stackValues,
    ...regionValues(source),
    ...apiValues,
    ...pageValues,
    ...grantValues,
    ...organizationValues,
    ...vendorAccountValues,
    ...operationsValues,
  };
}

type ValuesSchema = v.StrictObjectSchema<ReturnType<typeof entriesOf>, undefined>;

/** What a stack's configuration or a component's arguments may say. */
export type GivenValues = v.InferInput<ValuesSchema>;

/** The same after the checks, with the defaults of what was left out. */
export type CheckedValues = v.InferOutput<ValuesSchema>;

/** @param source for the names that messages use */
export function configurationSchema(source: Source) {
  return v.pipe(
    v.custom<GivenValues>((given) => typeof given === "object" && given !== null),
    // A missing list then reaches its own check, which says what to do.
    v.transform((given) => ({ ...given, regions: given.regions })),
    v.strictObject(entriesOf(source), ({ path }) => unknownProblem(String(path?.at(-1)?.key), source)),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const { value } = dataset;
      for (const [key, problem] of Object.entries(relations)) {
        const message = problem(value, source);
        if (message !== undefined) addIssue({ message, path: [pathItem(value, key)] });
      }
      if (value.auth !== "jwt") return;
      for (const [key, part] of Object.entries(jwtParts)) {
        const [issue] = v.safeParse(part.wrapped, value.jwt[key as keyof typeof jwtParts]).issues ?? [];
        if (issue) {
          addIssue({ message: issue.message, path: [pathItem(value, "jwt"), pathItem(value.jwt, key)] });
        }
      }
    }),
  );
}

/** What is wrong with a key that is not in the schema. Only where none resembles it, all are listed. */
export function unknownProblem(key: string, source: Source): string {
  const known = Object.keys(entriesOf(source)).filter((name) => !source.implied.includes(name));
  const meant = nearestName(key, known);
  const instead = meant
    ? `did you mean ${source.name(meant)}?`
    : `there are ${known.map(source.name).join(", ")}.`;
  return `is not ${source.member}; ${instead}`;
}

function pathItem(input: Record<string, unknown>, key: string): v.ObjectPathItem {
  return { type: "object", origin: "value", input, key, value: input[key] };
}
