import { stackArguments } from "./components/config/stack-arguments.js";
import { CrossAccountOnboarding } from "./components/cross-account-onboarding.js";

const onboarding = new CrossAccountOnboarding("onboarding", stackArguments());

export const {
  onboardingUrl,
  domainTarget,
  apiArn,
  topicArns,
  alarmTopicArn,
  tableName,
  clientPolicyArn,
  templateUrl,
} = onboarding;
