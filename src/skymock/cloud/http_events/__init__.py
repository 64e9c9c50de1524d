"""HTTP requests that become events of functions, and functions' answers: what HTTP APIs and function URLs share."""
