"""LoggingConfig: the JSON format of a function's log, and its levels."""

import json

import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

GROUP = "/aws/lambda/f"


@pytest.fixture
def logged(create_function, awslambda, cloud):
    """`logged(source, **LoggingConfig)`: the lines of a first invocation, those that are JSON read."""

    def call(source, **logging):
        create_function("f", source, LoggingConfig={"LogFormat": "JSON", **logging})
        request_id = awslambda.invoke(FunctionName="f")["ResponseMetadata"]["RequestId"]
        (stream,) = cloud.service("lambda").functions["f"].log_streams
        lines = [event.message.replace(request_id, "ID") for event in stream.events]
        return [json.loads(line) if line.startswith("{") else line for line in lines]

    return call


def test_lambdas_own_lines_are_platform_events(logged):
    init, start, report = logged("def handler(event, context):\n    pass\n")

    assert init["type"] == "platform.initStart"
    assert init["record"]["initializationType"] == "on-demand"
    assert start == {
        "time": "2026-01-05T12:00:00.000Z",
        "type": "platform.start",
        "record": {"requestId": "ID", "version": "$LATEST"},
    }
    assert report["record"]["metrics"].pop("maxMemoryUsedMB") > 0
    assert (report["type"], report["record"]) == (
        "platform.report",
        {
            "requestId": "ID",
            "status": "success",
            "metrics": {
                "durationMs": 0.0,
                "billedDurationMs": 1,
                "memorySizeMB": 128,
                "initDurationMs": 0.0,
            },
        },
    )


@pytest.mark.parametrize(
    ("level", "kinds"),
    [
        (
            "DEBUG",
            [
                "platform.initStart",
                "platform.initRuntimeDone",
                "platform.initReport",
                "platform.start",
                "platform.runtimeDone",
                "platform.report",
            ],
        ),
        ("INFO", ["platform.initStart", "platform.start", "platform.report"]),
        ("WARN", []),
    ],
)
def test_the_system_level_leaves_events_out(logged, level, kinds):
    lines = logged("def handler(event, context):\n    pass\n", SystemLogLevel=level)

    assert [line["type"] for line in lines] == kinds


def test_an_import_that_fails_is_a_warning_of_the_system(logged):
    error, done, report, *_ = logged("import never_heard_of\n", SystemLogLevel="WARN")

    assert error["errorType"] == "Runtime.ImportModuleError"
    expected = {
        "initializationType": "on-demand",
        "phase": "init",
        "status": "error",
        "errorType": "Runtime.ImportModuleError",
    }
    assert (done["type"], done["record"]) == ("platform.initRuntimeDone", expected)
    assert report["record"].pop("metrics") == {"durationMs": 0.0}
    assert (report["type"], report["record"]) == ("platform.initReport", expected)


def test_a_failure_is_a_warning_of_the_system(logged):
    lines = logged("def handler(event, context):\n    raise KeyError('id')\n", SystemLogLevel="WARN")

    error, done, report = lines
    assert (error["level"], error["errorType"], error["errorMessage"]) == ("ERROR", "KeyError", "'id'")
    assert (done["type"], done["record"]["status"], done["record"]["errorType"]) == (
        "platform.runtimeDone",
        "error",
        "KeyError",
    )
    assert report["record"]["status"] == "error"


LOGGING = """
import logging

log = logging.getLogger("shop")

def handler(event, context):
    log.debug("unseen")
    log.info("sold %d", 3, extra={"order": "o-1"})
    print("plain")
    try:
        1 / 0
    except ZeroDivisionError:
        log.exception("broken")
"""


def test_records_of_python_logging_are_objects(logged):
    _, _, sold, plain, broken, _ = logged(LOGGING)

    assert sold == {
        "timestamp": "2026-01-05T12:00:00Z",
        "level": "INFO",
        "message": "sold 3",
        "logger": "shop",
        "requestId": "ID",
        "order": "o-1",
    }
    assert plain == "plain\n"
    assert (broken["errorType"], broken["errorMessage"], broken["level"]) == (
        "ZeroDivisionError",
        "division by zero",
        "ERROR",
    )
    assert "1 / 0" in broken["stackTrace"][-1]
    assert broken["location"].endswith("app.py:handler:13")


def test_a_level_of_ones_own_is_named_after_the_one_below(logged):
    source = """
import logging

def handler(event, context):
    logging.log(35, "rather loud")
"""
    (line,) = [line for line in logged(source) if "message" in line]

    assert (line["level"], line["message"]) == ("WARNING", "rather loud")


def test_an_object_stays_one(logged):
    source = """
import logging

def handler(event, context):
    logging.error({"order": 1})
    logging.error("%(order)s", {"order": 2})
"""
    messages = [line["message"] for line in logged(source) if "message" in line]

    assert messages == [{"order": 1}, "2"]


def test_trace_is_pythons_debug(logged):
    source = """
import logging

def handler(event, context):
    logging.log(5, "unseen")
    logging.debug("seen")
"""
    messages = [line["message"] for line in logged(source, ApplicationLogLevel="TRACE") if "message" in line]

    assert messages == ["seen"]


def test_the_application_level_is_the_root_loggers(logged):
    messages = [line["message"] for line in logged(LOGGING, ApplicationLogLevel="ERROR") if "message" in line]

    assert messages == ["broken"]


PRINTING = """
import json

def handler(event, context):
    for line in event:
        print(line if isinstance(line, str) else json.dumps(line))
"""
NOW = "2026-01-05T12:00:00.187199Z"


@pytest.mark.parametrize("isolation", ["sandbox", "process"])
def test_json_that_is_printed_is_filtered_by_its_level(create_function, invoke, cloud, isolation):
    create_function("f", PRINTING, LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "WARN"})
    cloud.functions["f"].isolate(isolation)

    invoke(
        "f",
        [
            {"level": "debug", "n": 1, "timestamp": NOW},
            {"level": "WARNING", "n": 2, "timestamp": NOW},
            {"level": "fatal", "n": 3, "timestamp": NOW},
            {"level": "ERROR", "n": 4, "timestamp": "yesterday"},
            {"level": "ERROR", "n": 5},
            {"n": 6},
            {"level": "loud", "n": 7, "timestamp": NOW},
            "plain",
            "{broken",
        ],
    )

    lines = [line for line in cloud.functions["f"].log.splitlines() if "platform." not in line]
    seen = [json.loads(line)["n"] if line.endswith("}") else line for line in lines]
    assert seen == [2, 3, "plain", "{broken"]


def test_in_the_text_format_all_is_printed(create_function, invoke, cloud):
    create_function("f", PRINTING)

    invoke("f", [{"level": "debug", "timestamp": NOW}])

    assert '{"level": "debug"' in cloud.functions["f"].log


def test_the_environment_says_how_to_log(run):
    source = (
        "import os\ndef handler(event, context):\n"
        "    return [os.environ.get('AWS_LAMBDA_LOG_FORMAT'), os.environ.get('AWS_LAMBDA_LOG_LEVEL')]\n"
    )

    assert run(source, LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "WARN"}) == ["JSON", "WARN"]


def test_another_format_begins_with_its_default_levels(create_function, awslambda):
    create_function("f", "")

    def change(**logging):
        answer = awslambda.update_function_configuration(FunctionName="f", LoggingConfig=logging)
        return answer["LoggingConfig"]

    json_format = {
        "LogFormat": "JSON",
        "ApplicationLogLevel": "INFO",
        "SystemLogLevel": "INFO",
        "LogGroup": GROUP,
    }
    assert change(LogFormat="JSON") == json_format
    assert change(SystemLogLevel="DEBUG") == {**json_format, "SystemLogLevel": "DEBUG"}
    assert change(LogFormat="Text") == {"LogFormat": "Text", "LogGroup": GROUP}


def test_levels_need_the_json_format(create_function, refused, awslambda):
    create_function("f", "")

    code, _, status = refused(
        awslambda.update_function_configuration, FunctionName="f", LoggingConfig={"SystemLogLevel": "WARN"}
    )

    assert (code, status) == ("InvalidParameterValueException", 400)


def test_the_group_may_be_another_one(create_function, invoke, cloud):
    create_function(
        "f",
        "def handler(event, context):\n    return context.log_group_name\n",
        LoggingConfig={"LogGroup": "/shop"},
    )

    assert invoke("f") == "/shop"
