"""An onboarding in a Python program. `pulumi install` makes the package `pulumi_onboarding` from the plugin."""

import pulumi
import pulumi_onboarding

onboarding = pulumi_onboarding.CrossAccountOnboarding(
    "onboarding",
    regions=["us-east-1", "eu-west-1"],
    vendor_name="Example Corp",
    grants={"actions": ["ec2:Describe*"]},
)

pulumi.export("onboardingUrl", onboarding.onboarding_url)
pulumi.export("tableName", onboarding.table_name)
pulumi.export("clientPolicyArn", onboarding.client_policy_arn)
