"""What a cluster does with the requests that clients send its nodes."""
