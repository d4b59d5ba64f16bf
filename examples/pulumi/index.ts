/** Connects an AWS account: creates the stack that connection.json, the answer to POST /connections, describes. */
import { readFileSync } from "node:fs";
import * as aws from "@pulumi/aws";

const { region, stack } = JSON.parse(readFileSync("connection.json", "utf8"));

// The provider has to be signed in to the account that is to be connected.
const onboarding = new aws.cloudformation.Stack("onboarding", { region, ...stack });

export const roleArn = onboarding.outputs.RoleArn;
/** To be entered where the link was made, if the vendor asks for it. */
export const confirmationCode = onboarding.outputs.ConfirmationCode;
