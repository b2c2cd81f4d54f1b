# Access control: nobody may do anything without a token that says so.
acl {
  enabled        = true
  default_policy = "deny"
}
