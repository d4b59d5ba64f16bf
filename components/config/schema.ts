/**
 * The one description of all that can be configured: it checks a stack's configuration and a component's arguments, and Pulumi.yaml
 * and docs/configuration.md are made from it (documentation.ts).
 */
import * as v from "valibot";
import { relations } from "./relations.js";
import type { Source } from "./source.js";
import { apiValues, jwtParts } from "./values/api.js";
import { grantValues } from "./values/grants.js";
import { pageValues } from "./values/page.js";
import { regionValues, stackValues } from "./values/regions.js";
import { vendorAccountValues } from "./values/vendor-account.js";

/** The values by what they are about, in the order in which somebody reads of them. */
export function valueGroups(source: Source) {
  return {
    "Regions and topics": regionValues(source),
    "Links and the API": apiValues,
    "What customers see": pageValues,
    "What customers grant": grantValues,
    "Your own account": vendorAccountValues,
  };
}

function entriesOf(source: Source) {
  return {
    ...stackValues,
    ...regionValues(source),
    ...apiValues,
    ...pageValues,
    ...grantValues,
    ...vendorAccountValues,
  };
}

type ValuesSchema = v.StrictObjectSchema<ReturnType<typeof entriesOf>, undefined>;

/** What can be given, by a stack's configuration or as a component's arguments. Of whatever is left out the default holds. */
export type GivenValues = v.InferInput<ValuesSchema>;

/** The same, checked and with the defaults. */
export type CheckedValues = v.InferOutput<ValuesSchema>;

/** @param source how the sentences call the values */
export function configurationSchema(source: Source) {
  return v.pipe(
    v.custom<GivenValues>((given) => typeof given === "object" && given !== null),
    // So that a missing list reaches its own check, which says what it is for.
    v.transform((given) => ({ ...given, regions: given.regions })),
    v.strictObject(entriesOf(source), unknownProblem(source)),
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
        if (issue)
          addIssue({ message: issue.message, path: [pathItem(value, "jwt"), pathItem(value.jwt, key)] });
      }
    }),
  );
}

/** What is wrong with a key that the schema does not have. */
export function unknownProblem(source: Source): string {
  const known = Object.keys(entriesOf(source)).filter((key) => !source.implied.includes(key));
  return `is not ${source.member}; there are ${known.map(source.name).join(", ")}.`;
}

function pathItem(input: Record<string, unknown>, key: string): v.ObjectPathItem {
  return { type: "object", origin: "value", input, key, value: input[key] };
}
