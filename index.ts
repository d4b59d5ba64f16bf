import { type Bundle, bundle, type FunctionName, functionNames } from "./components/build/bundle.js";
import { readConfiguration } from "./components/config/configuration.js";
import { CrossAccountOnboarding } from "./components/cross-account-onboarding.js";

// Whatever is wrong with the configuration or the functions' sources is said here, before anything is registered.
const configuration = await readConfiguration();
const bundles = Object.fromEntries(
  await Promise.all(functionNames.map(async (name) => [name, await bundle(name)])),
) as Record<FunctionName, Bundle>;

const onboarding = new CrossAccountOnboarding("onboarding", { configuration, bundles });

/** Where links are made: `POST <onboardingUrl>/connections`. */
export const onboardingUrl = onboarding.onboardingUrl;

/** Region by region, the topics that customers' stacks phone home to. */
export const topicArns = onboarding.topicArns;

/** The topic that hears of the alarms of all regions. */
export const alarmTopicArn = onboarding.alarmTopicArn;

/** The table of connections, the same name in every region. */
export const tableName = onboarding.tableName;

/** The managed policy for workloads that use connections: attach it to their roles. */
export const clientPolicyArn = onboarding.clientPolicyArn;

/** The template that links lead to. */
export const templateUrl = onboarding.templateUrl;
