"""How the tests make tables."""


def create_table(client, name="orders", partition="pk:S", sort=None, **options):
    """Create a table of keys given as "name:type"; on demand unless `throughput` says otherwise."""
    keys = [key.split(":") for key in (partition, sort) if key]
    attributes = dict(keys) | options.pop("attributes", {})
    throughput = options.pop("throughput", None)
    if throughput is None:
        options["BillingMode"] = "PAY_PER_REQUEST"
    else:
        read, write = throughput
        options["ProvisionedThroughput"] = {"ReadCapacityUnits": read, "WriteCapacityUnits": write}
    return client.create_table(
        TableName=name,
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": tag} for key, tag in attributes.items()
        ],
        KeySchema=[
            {"AttributeName": key, "KeyType": kind}
            for (key, _), kind in zip(keys, ("HASH", "RANGE"), strict=False)
        ],
        **options,
    )["TableDescription"]


def global_index(name, partition, sort=None, projection="ALL", **options):
    """A global index of CreateTable, by its attributes' names."""
    included = {"NonKeyAttributes": options.pop("include")} if "include" in options else {}
    partitions = [partition] if isinstance(partition, str) else partition
    sorts = [sort] if isinstance(sort, str) else sort or []
    return {
        "IndexName": name,
        "KeySchema": [
            *({"AttributeName": key, "KeyType": "HASH"} for key in partitions),
            *({"AttributeName": key, "KeyType": "RANGE"} for key in sorts),
        ],
        "Projection": {"ProjectionType": projection, **included},
        **options,
    }
