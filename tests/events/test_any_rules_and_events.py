"""Random rules and events against a plain model: each matching target gets each event once, nothing else does."""

import json
import os

import boto3
from hypothesis import given, settings
from hypothesis import strategies as st

from skymock import mock_serverless

from .conftest import queue_arn

BUSES = ("default", "custom")
QUEUES = ("a", "b", "c")
SOURCES, TYPES, KINDS = ("shop", "shipping"), ("placed", "paid"), ("x", "xy", "y", 1, None, [1, "x"])

# An alternative of a pattern's leaf, and what it means.
ALTERNATIVES = {
    "is x": ("x", lambda value: value == "x"),
    "is 1": (1, lambda value: value == 1),
    "is null": (None, lambda value: value is None),
    "begins with x": ({"prefix": "x"}, lambda value: isinstance(value, str) and value.startswith("x")),
    "is anything but x": ({"anything-but": "x"}, lambda value: value != "x"),
    "is 1 or more": ({"numeric": [">=", 1]}, lambda value: isinstance(value, int) and value >= 1),
}


@st.composite
def rules(draw):
    """(bus, pattern, whether it wants (source, detail-type, kind), enabled, queues that are its targets)"""
    sources = draw(st.sets(st.sampled_from(SOURCES), max_size=2))
    types = draw(st.sets(st.sampled_from(TYPES), max_size=2))
    kinds = draw(st.lists(st.sampled_from(sorted(ALTERNATIVES)), unique=True, max_size=2))
    pattern = {"account": ["123456789012"]}
    if sources:
        pattern["source"] = sorted(sources)
    if types:
        pattern["detail-type"] = sorted(types)
    if kinds:
        pattern["detail"] = {"kind": [ALTERNATIVES[kind][0] for kind in kinds]}

    def wants(source, detail_type, kind):
        values = kind if isinstance(kind, list) else [kind]
        return (
            (not sources or source in sources)
            and (not types or detail_type in types)
            and (not kinds or any(ALTERNATIVES[name][1](value) for name in kinds for value in values))
        )

    enabled = draw(st.sampled_from([True, True, False]))
    targets = draw(st.lists(st.sampled_from(QUEUES), max_size=3))
    return draw(st.sampled_from(BUSES)), pattern, wants, enabled, targets


EVENTS = st.tuples(*map(st.sampled_from, (BUSES, SOURCES, TYPES, KINDS)))


@settings(max_examples=int(os.environ.get("SKYMOCK_EXAMPLES", "15")))
@given(st.lists(rules(), max_size=5), st.lists(EVENTS, min_size=1, max_size=8))
def test_each_matching_target_gets_each_event_once(rules, put):
    with mock_serverless():
        events, sqs = boto3.client("events"), boto3.client("sqs")
        _prepare(events, sqs, rules)
        entries = [
            {"EventBusName": bus, "Source": source, "DetailType": kind, "Detail": json.dumps({"kind": value})}
            for bus, source, kind, value in put
        ]
        ids = [entry["EventId"] for entry in events.put_events(Entries=entries)["Entries"]]

        expected = {queue: [] for queue in QUEUES}
        for event_id, (bus, *event) in zip(ids, put, strict=True):
            for rule_bus, _, wants, enabled, targets in rules:
                if enabled and rule_bus == bus and wants(*event):
                    for queue in targets:
                        expected[queue].append(event_id)
        assert {queue: sorted(_received(sqs, queue)) for queue in QUEUES} == {
            queue: sorted(ids) for queue, ids in expected.items()
        }


def _prepare(events, sqs, rules):
    allow = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    for queue in QUEUES:
        sqs.create_queue(QueueName=queue, Attributes={"Policy": policy})
    events.create_event_bus(Name="custom")
    for number, (bus, pattern, _, enabled, targets) in enumerate(rules):
        rule = {"EventBusName": bus}
        state = "ENABLED" if enabled else "DISABLED"
        events.put_rule(Name=f"r{number}", EventPattern=json.dumps(pattern), State=state, **rule)
        if targets:
            put = [{"Id": str(index), "Arn": queue_arn(queue)} for index, queue in enumerate(targets)]
            events.put_targets(Rule=f"r{number}", Targets=put, **rule)


def _received(sqs, queue):
    ids = []
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        ids.extend(json.loads(message["Body"])["id"] for message in messages)
    return ids
