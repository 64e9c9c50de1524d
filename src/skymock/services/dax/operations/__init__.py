"""DAX's control plane, by AWS's resources."""
