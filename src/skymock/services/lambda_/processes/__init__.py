"""Functions in processes of their own, which speak to Lambda's Runtime API."""
