# Connects an AWS account: creates the stack that connection.json, the answer to POST /connections, describes.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}

# Signed in to the account that is to be connected.
provider "aws" {
  region              = local.connection.region
  allowed_account_ids = [local.connection.accountId]
}

locals {
  connection = jsondecode(file(var.connection_file))
}

resource "aws_cloudformation_stack" "onboarding" {
  region       = local.connection.region
  name         = local.connection.stack.name
  template_url = local.connection.stack.templateUrl
  capabilities = local.connection.stack.capabilities
  parameters   = local.connection.stack.parameters
}
