output "role_arn" {
  description = "The role that the vendor may use."
  value       = aws_cloudformation_stack.onboarding.outputs["RoleArn"]
}

output "confirmation_code" {
  description = "To be entered where the link was made, if the vendor asks for it."
  value       = lookup(aws_cloudformation_stack.onboarding.outputs, "ConfirmationCode", null)
}
