#!/usr/bin/env bash
# Connects the AWS account that the AWS CLI is signed in to with a role of its own, without a stack, and takes it out again.
#
#   aws-cli.sh connect <region>                              makes the role, and names it until it is connected
#   aws-cli.sh disconnect <region> <external ID> <role name>  ends the connection, and deletes the role
#
# Variables:
#   ONBOARDING_URL    the address of the vendor's API, which is its onboarding page's, too
#   ONBOARDING_TOKEN  your token for it, unless it takes anybody
#
# Needs bash, curl 7.76, jq and the AWS CLI, and in the account the rights on roles that docs/customer-rights.md lists.
set -euo pipefail

fail() {
  echo "$1" >&2
  exit 1
}

# Calls the API with a method, a path and what else curl takes. Prints the answer, and its status in a line of its own.
api() {
  local method=$1 path=$2
  shift 2
  curl --silent --show-error --request "$method" --write-out '\n%{http_code}\n' \
    ${ONBOARDING_TOKEN:+--header "Authorization: Bearer $ONBOARDING_TOKEN"} \
    --header "Content-Type: application/json" "$@" "${ONBOARDING_URL%/}$path"
}

# What the API says of a request that it rejected.
sentence() {
  jq --raw-output '.detail // .message' <<<"$1" 2>/dev/null || echo "no answer"
}

connect() {
  local region=$1 account answer status connection id name named
  account=$(aws sts get-caller-identity --query Account --output text)
  answer=$(api POST /connections --data "$(jq --null-input --arg accountId "$account" --arg region "$region" \
    '{$accountId, $region, method: "role"}')")
  connection=$(sed '$d' <<<"$answer")
  status=$(tail -n 1 <<<"$answer")
  [[ $status == 201 ]] || fail "There is no connection: $(sentence "$connection")"
  id=$(jq --raw-output .externalId <<<"$connection")
  name=$(jq --raw-output .role.name <<<"$connection")

  aws iam create-role --output text --query Role.Arn --cli-input-json "$(jq '.role | {
    Path: .path, RoleName: .name, AssumeRolePolicyDocument: (.trustPolicy | tojson)
  } + if .permissionsBoundary then {PermissionsBoundary: .permissionsBoundary} else {} end' <<<"$connection")"
  if jq --exit-status .role.permissionsPolicy <<<"$connection" >/dev/null; then
    aws iam put-role-policy --role-name "$name" --policy-name permissions \
      --policy-document "$(jq --compact-output .role.permissionsPolicy <<<"$connection")"
  fi
  for arn in $(jq --raw-output '.role.managedPolicies[]' <<<"$connection"); do
    aws iam attach-role-policy --role-name "$name" --policy-arn "$arn"
  done

  named=$(aws iam get-role --role-name "$name" --output json --query 'Role.{roleArn: Arn, roleId: RoleId}')
  while true; do
    answer=$(api PUT "/connections/$id/role" --data "$named")
    status=$(tail -n 1 <<<"$answer")
    case "$status" in
      200) break ;;
      # AWS does not know the role everywhere yet, or many ask at the same time.
      202 | 5??) sleep 5 ;;
      *) fail "The role $name is not connected: $(sentence "$(sed '$d' <<<"$answer")")" ;;
    esac
  done
  echo "Connected. To end the access: $0 disconnect $region $id $name"
}

disconnect() {
  local id=$2 name=$3 answer
  answer=$(api DELETE "/connections/$id")
  [[ $(tail -n 1 <<<"$answer") == 204 ]] || fail "The connection has not ended: $(sentence "$(sed '$d' <<<"$answer")")"
  for policy in $(aws iam list-role-policies --role-name "$name" --query 'PolicyNames[]' --output text); do
    aws iam delete-role-policy --role-name "$name" --policy-name "$policy"
  done
  for arn in $(aws iam list-attached-role-policies --role-name "$name" --query 'AttachedPolicies[].PolicyArn' --output text); do
    aws iam detach-role-policy --role-name "$name" --policy-arn "$arn"
  done
  aws iam delete-role --role-name "$name"
  echo "Disconnected: the connection has ended, and the role is gone."
}

case "${1:-} $#" in
  "connect 2" | "disconnect 4") ;;
  *) fail "usage: $0 connect <region> | disconnect <region> <external ID> <role name>" ;;
esac
for tool in curl jq aws; do
  command -v "$tool" >/dev/null || fail "$tool is missing: install it first."
done
[[ -n ${ONBOARDING_URL:-} ]] || fail "ONBOARDING_URL is missing: set it to the address of the vendor's API."
# IAM has no regions, and the AWS CLI may want one all the same.
export AWS_DEFAULT_REGION=${2:-}
"$@"
