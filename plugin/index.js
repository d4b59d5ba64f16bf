// What Pulumi runs for programs in other languages. typescript is a dependency for Pulumi's sake, which would otherwise use a version of its
// own that is too old for the types of @pulumi/aws.
require("cross-account-onboarding/provider").serve();
