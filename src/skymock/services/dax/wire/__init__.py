"""DAX's wire protocol: bytes to requests, and replies to bytes. It knows no cluster, no cache and no clock.

AWS publishes no description of it. What is written here is what its open clients send and accept: the Python
client 2.1.0, the JavaScript client 3.1.0 and the Go client 1.2.
"""
