"""DynamoDB Accelerator: clusters, their wire protocol, and their caches before DynamoDB."""
