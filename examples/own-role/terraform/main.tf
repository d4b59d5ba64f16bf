# Makes the role that connection.json, the answer to POST /connections with method "role", describes, and names it.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
    # Plays the vendor's API: one resource, which is created by a PUT and destroyed by a DELETE.
    restapi = {
      source  = "Mastercard/restapi"
      version = ">= 2.0"
    }
  }
}

# Signed in to the account that is to be connected. IAM has no regions.
provider "aws" {
  region              = local.connection.region
  allowed_account_ids = [local.connection.accountId]
}

provider "restapi" {
  uri                  = var.onboarding_url
  write_returns_object = true
  headers              = var.onboarding_token == "" ? {} : { Authorization = "Bearer ${var.onboarding_token}" }
}

locals {
  connection = jsondecode(file(var.connection_file))
  role       = local.connection.role
}

resource "aws_iam_role" "onboarding" {
  path                 = local.role.path
  name                 = local.role.name
  assume_role_policy   = jsonencode(local.role.trustPolicy)
  permissions_boundary = try(local.role.permissionsBoundary, null)
}

resource "aws_iam_role_policy" "onboarding" {
  count  = try(local.role.permissionsPolicy, null) == null ? 0 : 1
  role   = aws_iam_role.onboarding.name
  name   = "permissions"
  policy = jsonencode(local.role.permissionsPolicy)
}

resource "aws_iam_role_policy_attachment" "onboarding" {
  for_each   = toset(local.role.managedPolicies)
  role       = aws_iam_role.onboarding.name
  policy_arn = each.value
}

# A role that is replaced has another ID, and is named again.
resource "restapi_object" "role" {
  path           = "/connections/${local.connection.externalId}"
  create_path    = "/connections/${local.connection.externalId}/role"
  create_method  = "PUT"
  update_path    = "/connections/${local.connection.externalId}/role"
  read_path      = "/connections/${local.connection.externalId}"
  destroy_path   = "/connections/${local.connection.externalId}"
  object_id      = local.connection.externalId
  data           = jsonencode({ roleArn = aws_iam_role.onboarding.arn, roleId = aws_iam_role.onboarding.unique_id })
  depends_on     = [aws_iam_role_policy.onboarding, aws_iam_role_policy_attachment.onboarding]
}
