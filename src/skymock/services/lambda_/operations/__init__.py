"""Lambda's operations, by AWS resource."""
