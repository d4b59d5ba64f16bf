variable "connection_file" {
  description = "The answer to POST /connections, as it came. It holds no secret."
  type        = string
  default     = "connection.json"
}
