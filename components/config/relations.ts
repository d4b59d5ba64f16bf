/** What must hold between values, each of which has passed its own checks. */
import { prefixOf } from "../../functions/domain/names.js";
import { MAX_TRUST_POLICY, trustPolicySize } from "../template/trust-policy-size.js";
import { languageProblem, textsProblem } from "./page-texts.js";
import { regionsProblem } from "./regions.js";
import type { CheckedValues } from "./schema.js";
import { firstProblem, shown } from "./schema-parts.js";
import type { Source } from "./source.js";

/** What is wrong with one value, given the others; undefined if nothing is. */
type Relation = (values: CheckedValues, source: Source) => string | undefined;

/** Each under the value that its message is about. */
export const relations: Readonly<Partial<Record<keyof CheckedValues, Relation>>> = {
  regions: ({ regions, homeRegion }) => regionsProblem(regions, homeRegion),

  retiredRegions: ({ retiredRegions, regions, homeRegion }, { name }) =>
    firstProblem(retiredRegions, (region) =>
      regions.includes(region)
        ? `has "${region}", which is in ${name("regions")} as well: take it out of one of them. A retired region is no longer offered, but customers' stacks in it still work.`
        : undefined,
    ) ?? regionsProblem(retiredRegions, homeRegion),

  releasedRegions: ({ releasedRegions, regions, retiredRegions, homeRegion }, { name }) =>
    firstProblem(releasedRegions, (region) => {
      const other = regions.includes(region)
        ? "regions"
        : retiredRegions.includes(region) && "retiredRegions";
      return other
        ? `has "${region}", which is in ${name(other)} as well: take it out of one of them. A released region is about to be removed.`
        : undefined;
    }) ?? regionsProblem(releasedRegions, homeRegion),

  topicsByRegion: ({ topicsByRegion, regions, retiredRegions, releasedRegions }, { name }) =>
    firstProblem(Object.keys(topicsByRegion), (region) =>
      [...regions, ...retiredRegions, ...releasedRegions].includes(region)
        ? undefined
        : `names "${region}", which is neither in ${name("regions")} nor in ${name("retiredRegions")}: add it there, or take it out.`,
    ),

  trustedPrincipals: (values) => {
    const { trustedPrincipals, homeRegion = "us-east-1", deployment = "x".repeat(16), rolePath } = values;
    const size = trustPolicySize({
      trustedPrincipals,
      homeRegion,
      rolePath,
      prefix: prefixOf(deployment),
      accountId: "111122223333",
    });
    return size <= MAX_TRUST_POLICY
      ? undefined
      : `has ${trustedPrincipals.length} entries, which make the trust policy of every customer's role ${size} characters long; IAM takes ${MAX_TRUST_POLICY}. Use fewer, shorter ones, or a pattern that stands for several, such as arn:aws:iam::111122223333:role/backend-*.`;
  },

  jwt: ({ jwt, auth }, { name }) =>
    auth === "jwt" || Object.keys(jwt).length === 0
      ? undefined
      : `is set, but ${name("auth")} is ${auth}: set auth to jwt, or take jwt out.`,

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-regional-api-custom-domain-create.html
  domain: ({ domain: { name, certificateArn }, homeRegion }) => {
    if (name === undefined && certificateArn === undefined) return undefined;
    if (name === undefined)
      return "has a certificate, but no name: set domain.name to the domain name that it is for.";
    if (certificateArn === undefined)
      return `has a name, but no certificate: set domain.certificateArn to a certificate for ${name} in AWS Certificate Manager${homeRegion ? `, in the home region ${homeRegion}` : ""}.`;
    const [, , , region] = certificateArn.split(":");
    return homeRegion === undefined || region === homeRegion
      ? undefined
      : `has a certificate in ${region}, but API Gateway takes only one in the home region ${homeRegion}: request one for ${name} there, and use its ARN.`;
  },

  corsOrigins: ({ corsOrigins, auth }, { name }) =>
    auth === "iam" && corsOrigins.length > 0
      ? `is for pages that call the API from a browser, but ${name("auth")} is iam, which is for a back end: take corsOrigins out, or set auth to jwt.`
      : undefined,

  languages: ({ languages, texts }, { name }) =>
    firstProblem(languages, (language) => languageProblem(language, texts, name("texts"))),

  texts: ({ texts, languages }, { name }) => textsProblem(texts, languages, name("languages")),

  loginUrl: ({ loginUrl, auth }, { name }) =>
    auth === "jwt" || loginUrl === ""
      ? undefined
      : `is set, but ${name("auth")} is ${auth}, so nobody logs in: set auth to jwt, or take loginUrl out.`,

  alarmEmail: ({ alarmEmail, alarmTopicArn }, { name }) =>
    alarmEmail !== "" && alarmTopicArn !== ""
      ? `and ${name("alarmTopicArn")} are both set: use one of them, and subscribe the address to your topic if you want both.`
      : undefined,

  // EventBridge can only send to a topic of its own region.
  alarmTopicArn: ({ alarmTopicArn, homeRegion }) => {
    const region = homeRegion ?? "[a-z0-9-]+";
    return alarmTopicArn === "" ||
      new RegExp(`^arn:[a-z-]+:sns:${region}:\\d{12}:[\\w-]{1,256}$`).test(alarmTopicArn)
      ? undefined
      : `is ${shown(alarmTopicArn)}: use the ARN of an SNS topic in the home region${homeRegion ? ` ${homeRegion}` : ""}, or leave it out.`;
  },
};
