"""Event source mappings: what is read from streams and queues goes to functions, in batches.

Nothing polls in the background: a source announces that it has something new (`cloud.sources`), and the mapping's
poller reads it once the call that caused it is over.
"""
