/** Connects an AWS account: nests the stack that connection.json, the answer to POST /connections, describes. */
import { readFileSync } from "node:fs";
import { App, BootstraplessSynthesizer, CfnOutput, CfnStack, Stack } from "aws-cdk-lib/core";

const { accountId, region, stack } = JSON.parse(readFileSync("connection.json", "utf8"));
const { templateUrl, parameters } = stack;

const parent = new Stack(new App(), "Connection", {
  env: { account: accountId, region },
  // It has no assets: whoever may create the stack needs no bootstrapped account.
  synthesizer: new BootstraplessSynthesizer(),
});
const onboarding = new CfnStack(parent, "Onboarding", { templateUrl, parameters });

new CfnOutput(parent, "RoleArn", { value: onboarding.getAtt("Outputs.RoleArn").toString() });
