#!/usr/bin/env bash
# Connects the AWS account that the AWS CLI is signed in to, keeps it up to date, and takes it out again.
#
#   aws-cli.sh connect <region>                  asks for a link, creates its stack, and waits until the account is connected
#   aws-cli.sh update <region> <stack name>      updates the stack to the vendor's current template, if it has an earlier one
#   aws-cli.sh disconnect <region> <stack name>  deletes the stack, which ends the access
#
# Variables:
#   ONBOARDING_URL    the address of the vendor's API, which is its onboarding page's, too
#   ONBOARDING_TOKEN  your token for it, unless it takes anybody
#   ONBOARDING_TIER   how much to grant, where the vendor offers a choice
#
# Needs bash, curl 7.76, jq and the AWS CLI, and in the account the rights that docs/customer-rights.md lists.
set -euo pipefail

fail() {
  echo "$1" >&2
  exit 1
}

# Calls the API with a method, a path and what else curl takes. Prints the answer.
api() {
  local method=$1 path=$2 answer
  shift 2
  if answer=$(curl --silent --fail-with-body --retry 3 --request "$method" \
    ${ONBOARDING_TOKEN:+--header "Authorization: Bearer $ONBOARDING_TOKEN"} "$@" "${ONBOARDING_URL%/}$path"); then
    echo "$answer"
  else
    fail "$method $ONBOARDING_URL$path failed: $(jq --raw-output '.detail // .message' <<<"$answer" 2>/dev/null || echo "no answer")"
  fi
}

# Waits for the end of an operation on a stack.
await() {
  local operation=$1 region=$2 name=$3
  aws cloudformation wait "stack-$operation-complete" --region "$region" --stack-name "$name" && return
  aws cloudformation describe-stack-events --region "$region" --stack-name "$name" --output text --query \
    "reverse(StackEvents[?ends_with(ResourceStatus, '_FAILED')].[LogicalResourceId, ResourceStatusReason])" >&2 || true
  fail "The stack $name failed: the reasons are above."
}

connect() {
  local region=$1 account request connection name
  account=$(aws sts get-caller-identity --region "$region" --query Account --output text)
  request=$(jq --null-input --arg accountId "$account" --arg region "$region" --arg tier "${ONBOARDING_TIER:-}" \
    '{$accountId, $region} + if $tier == "" then {} else {$tier} end')
  # With a key, a request that curl sends again makes no second link.
  connection=$(api POST /connections --header "Content-Type: application/json" \
    --header "Idempotency-Key: $account-$RANDOM$RANDOM$RANDOM" --data "$request")
  name=$(jq --raw-output .stack.name <<<"$connection")
  aws cloudformation create-stack --region "$region" --output text --cli-input-json "$(jq '.stack | {
    StackName: .name, TemplateURL: .templateUrl, Capabilities: .capabilities,
    Parameters: [.parameters | to_entries[] | {ParameterKey: .key, ParameterValue: .value}]
  }' <<<"$connection")"
  await create "$region" "$name"
  aws cloudformation describe-stacks --region "$region" --stack-name "$name" --query "Stacks[0].Outputs" --output table
  echo "Connected. To end the access: $0 disconnect $region $name"
}

update() {
  local region=$1 name=$2 parameters id template
  parameters=$(aws cloudformation describe-stacks --region "$region" --stack-name "$name" --output json \
    --query "Stacks[0].Parameters")
  id=$(jq --raw-output '.[] | select(.ParameterKey == "ExternalId").ParameterValue' <<<"$parameters")
  template=$(api GET "/connections/$id" | jq --raw-output '.update.templateUrl // ""')
  if [[ -z $template ]]; then
    echo "The stack $name is up to date."
    return
  fi
  aws cloudformation update-stack --region "$region" --stack-name "$name" --output text --template-url "$template" \
    --capabilities CAPABILITY_IAM --parameters "$(jq 'map({ParameterKey, UsePreviousValue: true})' <<<"$parameters")"
  await update "$region" "$name"
  echo "Updated."
}

disconnect() {
  local region=$1 name=$2
  aws cloudformation delete-stack --region "$region" --stack-name "$name"
  await delete "$region" "$name"
  echo "Disconnected: the role and the stack are gone."
}

case "${1:-} $#" in
  "connect 2" | "update 3" | "disconnect 3") ;;
  *) fail "usage: $0 connect <region> | update <region> <stack name> | disconnect <region> <stack name>" ;;
esac
for tool in curl jq aws; do
  command -v "$tool" >/dev/null || fail "$tool is missing: install it first."
done
[[ -n ${ONBOARDING_URL:-} ]] || fail "ONBOARDING_URL is missing: set it to the address of the vendor's API."
"$@"
