/** An onboarding in a program that may have anything else in it, too. */
import { CrossAccountOnboarding } from "cross-account-onboarding";

const onboarding = new CrossAccountOnboarding("onboarding", {
  regions: ["us-east-1", "eu-west-1"],
  vendorName: "Example Corp",
  grants: { actions: ["ec2:Describe*"] },
});

export const { onboardingUrl, tableName, clientPolicyArn } = onboarding;
