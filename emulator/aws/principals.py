"""What a condition on aws:PrincipalArn sees of a role's session: "the request context returns the ARN of the role, not the ARN of the user that
assumed the role" (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html). ministack has the session's.
"""

from ministack.core import iam_evaluator
from ministack.services import iam


def resolve_condition_key(key, context):
    if key.lower() != "aws:principalarn" or ":assumed-role/" not in context.principal_arn:
        return own_resolve_condition_key(key, context)
    name = iam_evaluator._role_name_from_assumed_arn(context.principal_arn)
    role = iam._roles.get_scoped(context.principal_account, None, name)
    return role["Arn"] if role else context.principal_arn


own_resolve_condition_key = iam_evaluator._resolve_condition_key
iam_evaluator._resolve_condition_key = resolve_condition_key
