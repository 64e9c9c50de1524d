"""What functions for Node.js log, as text and as JSON, as AWS's Node.js runtime does it."""

import json
import re
import shutil

import pytest

from .conftest import zipped

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


@pytest.fixture
def logged(create_function, awslambda, cloud):
    """`logged(body, ...)`: the lines of a handler's own, time and request id as T and ID."""

    def run(body, **logging):
        source = f"export const handler = async (event) => {{ {body} }};"
        create_function(
            "f",
            "",
            Runtime="nodejs20.x",
            Handler="index.handler",
            Timeout=10,
            Code={"ZipFile": zipped({"index.mjs": source})},
            LoggingConfig=logging,
        )
        answer = awslambda.invoke(FunctionName="f")
        log = cloud.functions["f"].log.replace(answer["ResponseMetadata"]["RequestId"], "ID")
        lines = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "T", log).splitlines()
        return [line for line in lines if line.startswith(("T\t", '{"timestamp"'))]

    return run


def in_json(logged, body, level="INFO"):
    lines = logged(body, LogFormat="JSON", ApplicationLogLevel=level)
    return [json.loads(line) for line in lines]


def test_each_call_is_a_line_with_its_level(logged):
    assert logged(
        "console.trace('t'); console.debug('d'); console.log('%s-%d', 'l', 1, { a: 1 }); console.info('i');"
        "console.warn('w'); console.error('e'); console.fatal('f'); console.log();"
    ) == [
        "T\tID\tTRACE\tt",
        "T\tID\tDEBUG\td",
        "T\tID\tINFO\tl-1 { a: 1 }",
        "T\tID\tINFO\ti",
        "T\tID\tWARN\tw",
        "T\tID\tERROR\te",
        "T\tID\tFATAL\tf",
        "T\tID\tINFO\tundefined",
    ]


def test_json_has_one_value_as_it_is_and_more_as_text(logged):
    assert in_json(logged, "console.log({ a: [1] }); console.log('one\\n', { a: 1 });") == [
        {"timestamp": "T", "level": "INFO", "requestId": "ID", "message": {"a": [1]}},
        {"timestamp": "T", "level": "INFO", "requestId": "ID", "message": "one\n { a: 1 }"},
    ]


def test_json_that_cannot_be_written_is_text(logged):
    (line,) = in_json(logged, "const ring = {}; ring.ring = ring; console.log(ring);")

    assert line["message"] == "<ref *1> { ring: [Circular *1] }"


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        ("TRACE", "tdiwef"),
        ("DEBUG", "diwef"),
        ("INFO", "iwef"),
        ("WARN", "wef"),
        ("ERROR", "ef"),
        ("FATAL", "f"),
    ],
)
def test_lower_levels_are_left_out(logged, level, shown):
    body = (
        "console.trace('t'); console.debug('d'); console.info('i'); console.warn('w'); console.error('e');"
        "console.fatal('f');"
    )

    assert [line["message"] for line in in_json(logged, body, level)] == list(shown)


def test_errors_are_described_in_json(logged):
    alone, among = in_json(
        logged,
        "console.error(Object.assign(new TypeError('bad'), { code: 'E' }));"
        "console.error('it was', new RangeError('far'));",
    )

    assert alone["message"].pop("stackTrace")[0] == "TypeError: bad"
    assert alone["message"] == {"errorType": "TypeError", "errorMessage": "bad", "code": "E"}
    assert among["message"].startswith("it was RangeError: far\n")
    assert (among["errorType"], among["errorMessage"], among["stackTrace"][0]) == (
        "RangeError",
        "far",
        "RangeError: far",
    )


@pytest.mark.parametrize(
    ("statement", "error_type", "message"),
    [
        ("throw new TypeError('bad');", "TypeError", "bad"),
        ("throw 'bad';", "Error", "bad"),
        (
            "Promise.reject(new TypeError('bad')); await new Promise((resolve) => setTimeout(resolve, 1000));",
            "UnhandledPromiseRejection",
            "TypeError: bad",
        ),
    ],
)
def test_a_failure_is_a_line_of_json(logged, statement, error_type, message):
    (line,) = in_json(logged, statement)

    assert line["level"] == "ERROR"
    assert (line["message"]["errorType"], line["message"]["errorMessage"]) == (error_type, message)
