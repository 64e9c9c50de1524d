"""DynamoDB's data plane once more, in plain Python, slow and simple: what the random tests compare answers with.

Written from AWS's documentation, and independent of `skymock`: a table is a dict of items, an index is worked out anew
for each question. Values are as boto3's client has them, {"N": "1"}, {"B": b"a"}, with numbers in AWS's form.
"""
