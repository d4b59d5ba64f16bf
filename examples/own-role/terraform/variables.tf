variable "connection_file" {
  description = "The answer to POST /connections with method \"role\"."
  type        = string
  default     = "connection.json"
}

variable "onboarding_url" {
  description = "The address of the vendor's API, which is its onboarding page's, too."
  type        = string
}

variable "onboarding_token" {
  description = "Your token for it; empty if it takes anybody."
  type        = string
  default     = ""
  sensitive   = true
}
