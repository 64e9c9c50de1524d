"""The ways in which a handler for Node.js answers, as AWS's Node.js runtime takes them."""

import shutil

import pytest

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


@pytest.mark.parametrize(
    ("handler", "answer"),
    [
        ("async () => ({ a: 1 })", {"a": 1}),
        ("() => Promise.resolve(1)", 1),
        ("async () => undefined", None),
        ("(event, context, callback) => { callback(null, { a: 1 }); }", {"a": 1}),
        ("(event, context, callback) => { setTimeout(() => callback(null, 1), 20); }", 1),
        ("(event, context) => { context.succeed(1); }", 1),
        ("(event, context) => { context.done(null, 1); }", 1),
    ],
)
def test_a_handler_answers_in_one_of_these_ways(node, handler, answer):
    assert node(f"export const handler = {handler};") == answer


@pytest.mark.parametrize("handler", ["() => ({ a: 1 })", "() => {}", "(event, context, callback) => {}"])
def test_what_is_returned_is_nothing_unless_it_is_a_promise(node, handler):
    assert node(f"export const handler = {handler};") is None


@pytest.mark.parametrize(
    "handler",
    [
        "(event, context, callback) => { callback(null, 1); callback(null, 2); }",
        "async (event, context, callback) => { callback(null, 1); return 2; }",
        "(event, context, callback) => { context.succeed(1); callback(new Error('late')); }",
    ],
)
def test_the_first_answer_counts(node, handler):
    assert node(f"export const handler = {handler};") == 1


@pytest.mark.parametrize(
    ("handler", "error_type", "message"),
    [
        ("() => { throw new TypeError('bad'); }", "TypeError", "bad"),
        ("(event, context, callback) => { callback(new TypeError('bad')); }", "TypeError", "bad"),
        ("(event, context, callback) => { callback('bad'); }", "string", "bad"),
        ("(event, context) => { context.fail(new TypeError('bad')); }", "TypeError", "bad"),
        ("(event, context) => { context.fail(); }", "string", "handled"),
        ("async () => 1n", "Error", "Unable to stringify response body"),
        (
            "async () => new Promise(() => {})",
            "Runtime.NodeJsExit",
            "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a "
            "Promise that was never settled. For more information, see "
            "https://nodejs.org/docs/latest/api/process.html#exit-codes",
        ),
    ],
)
def test_a_handler_fails_in_one_of_these_ways(node, handler, error_type, message):
    error = node(f"export const handler = {handler};")

    assert (error["errorType"], error["errorMessage"]) == (error_type, message)


@pytest.mark.parametrize(("waits", "is_logged"), [("true", True), ("false", False)])
def test_a_callback_waits_for_what_is_left_to_do_unless_it_is_told_not_to(node, cloud, waits, is_logged):
    answer = node(f"""
export const handler = (event, context, callback) => {{
  context.callbackWaitsForEmptyEventLoop = {waits};
  setTimeout(() => console.log("done"), 50);
  callback(null, 1);
}};
""")

    assert answer == 1
    assert ("\tdone\n" in cloud.functions["f"].log) is is_logged
