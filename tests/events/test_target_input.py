"""What a target gets of an event: Input, InputPath and InputTransformer."""

import json

import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

RULE_ARN = "arn:aws:events:us-east-1:123456789012:rule/orders"
DETAIL = {
    "command": "update",
    "count": 2,
    "ok": True,
    "none": None,
    "items": [{"id": "a"}, {"id": "b"}],
    "quoted": 'say "hi"\n',
    "a-b_c/d": {"x": 1.5},
}


@pytest.fixture
def body(events, rule, put, sqs):
    """A function that gives the message which a target's settings make of an event."""

    def sent(**settings):
        arn = "arn:aws:sqs:us-east-1:123456789012:orders"
        events.put_targets(Rule="orders", Targets=[{"Id": "queue", "Arn": arn, **settings}])
        put(DETAIL)
        return sqs.receive_message(QueueUrl="orders")["Messages"][0]["Body"]

    return sent


@pytest.mark.parametrize("text", ['{"a": [1,  2]}', '"text"', "12", "null"])
def test_an_input_is_sent_as_it_is(body, text):
    assert body(Input=text) == text


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("$.detail.command", '"update"'),
        ("$.detail-type", '"Order placed"'),
        ("$.detail.count", "2"),
        ("$.detail.none", "null"),
        ("$.detail.items", '[{"id":"a"},{"id":"b"}]'),
        ("$.detail.items[1].id", '"b"'),
        ("$.detail.items[*].id", '["a","b"]'),
        ("$.detail.a-b_c/d", '{"x":1.5}'),
        ("$['detail']['command']", '"update"'),
        ("$.detail.nothing", "null"),
        ("$.detail.items[7]", "null"),
        ("$.detail.command.deeper", "null"),
    ],
)
def test_a_path_sends_a_part(body, path, sent):
    assert body(InputPath=path) == sent


def test_the_path_of_all_sends_the_event(body):
    assert json.loads(body(InputPath="$"))["detail"] == DETAIL


PATHS = {
    "command": "$.detail.command",
    "count": "$.detail.count",
    "items": "$.detail.items",
    "none": "$.detail.none",
    "nothing": "$.detail.nothing",
    "odd": "nonsense",
    "ok": "$.detail.ok",
    "quoted": "$.detail.quoted",
    "time": "$.time",
}


@pytest.mark.parametrize(
    ("template", "sent"),
    [
        # recorded by LocalStack: test_put_events_with_input_transformer_input_template_string
        ('"Event at <time>, command <command>"', '"Event at 2026-01-05T12:00:00Z, command update"'),
        ('"command <nothing>"', '"command "'),
        ('"{[/begins oddly <command>"', '"{[/begins oddly update"'),
        # recorded by LocalStack: test_put_events_with_input_transformer_input_template_json
        ('{"time": <time>, "command": <command>}', '{"time":"2026-01-05T12:00:00Z","command":"update"}'),
        ('{"command": <nothing>}', '{"command":""}'),
        # EventBridge User Guide: Input transformation
        ('{"instance": "<command>"}', '{"instance":"update"}'),
        (r'"instance \"<command>\" is <ok>"', r'"instance \"update\" is true"'),
        ('{"state": [9, <command>, true]}', '{"state":[9,"update",true]}'),
        ('{\n  "count" : <count>,\n  "none": <none>\n}', '{"count":2,"none":null}'),
        ('{"items": <items>}', '{"items":[{"id":"a"},{"id":"b"}]}'),
        ("<items>", '[{"id":"a"},{"id":"b"}]'),
        ('{"q": <quoted>, "in": "<quoted>"}', r'{"q":"say \"hi\"\n","in":"say \"hi\"\n"}'),
        ('{"in": "items <items>"}', r'{"in":"items [{\"id\":\"a\"},{\"id\":\"b\"}]"}'),
        ('"one <count>"\n"two <count>"', '"one 2"\n"two 2"'),
        ('{"odd": <odd>}', '{"odd":""}'),
        ('{"<": "a < b > c"}', '{"<":"a < b > c"}'),
        (
            '{"rule": <aws.events.rule-name>, "arn": "<aws.events.rule-arn>"}',
            f'{{"rule":"orders","arn":"{RULE_ARN}"}}',
        ),
        ('"<aws.events.event.ingestion-time>"', '"2026-01-05T12:00:00Z"'),
    ],
)
def test_a_template_is_filled(body, template, sent):
    assert body(InputTransformer={"InputPathsMap": PATHS, "InputTemplate": template}) == sent


def test_a_template_may_have_the_whole_event(body):
    sent = json.loads(
        body(
            InputTransformer={
                "InputTemplate": '{"bare": <aws.events.event>, "json": <aws.events.event.json>}'
            }
        )
    )

    # recorded by LocalStack: test_input_transformer_predefined_variables
    assert list(sent["bare"]) == [
        *("id", "account", "detailType", "time", "source", "region", "resources", "version"),
    ]
    assert sent["bare"]["id"] == sent["json"]["id"]
    assert sent["json"]["detail"] == DETAIL
