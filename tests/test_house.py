"""The house rules that a reader of the code relies on, read off the code."""

import ast
from pathlib import Path

import pytest

import skymock

SOURCE = Path(skymock.__file__).parent
MODULES = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py"))


def imports_of(module):
    """Everything that a module imports, also inside functions; what is only for type checkers is left out."""
    tree = ast.parse((SOURCE / module).read_text())
    skipped = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def modules_below(*folders):
    return [module for module in MODULES if module.startswith(folders)]


@pytest.mark.parametrize("module", modules_below("protocol/"))
def test_the_protocols_know_no_service_and_no_cloud(module):
    known = ("skymock.services", "skymock.cloud", "skymock.dispatch", "skymock.interception")
    assert [name for name in imports_of(module) if name.startswith(known)] == []


@pytest.mark.parametrize("module", modules_below("interception/"))
def test_the_interceptors_know_no_service(module):
    assert [name for name in imports_of(module) if name.startswith("skymock.services")] == []


@pytest.mark.parametrize("module", modules_below("cloud/"))
def test_what_services_share_knows_none_of_them(module):
    assert [name for name in imports_of(module) if name.startswith("skymock.services")] == []


# Two names of botocore's for one service of AWS's, or parts of one.
FAMILIES = [{"dynamodb", "dynamodbstreams", "dax"}, {"iam", "sts"}]


@pytest.mark.parametrize("module", modules_below("services/"))
def test_no_service_opens_another_ones_modules(module):
    own = module.split("/")[1]
    family = next((family for family in FAMILIES if own in family), {own})
    others = {
        name.split(".")[2]
        for name in imports_of(module)
        if name.startswith("skymock.services.") and len(name.split(".")) > 2
    }
    assert others - family == set()


@pytest.mark.parametrize("module", MODULES)
def test_only_the_plugin_imports_pytest(module):
    if module != "pytest_plugin.py":
        assert "pytest" not in set(imports_of(module))


def calls_in(module):
    """What a module calls by a dotted name: "time.time", "dt.datetime.now"."""
    for node in ast.walk(ast.parse((SOURCE / module).read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield ast.unparse(node.func)


READING_TIME = (
    "time.time",
    "time.time_ns",
    "time.monotonic",
    "time.perf_counter",
    "time.gmtime",
    "time.localtime",
)
READING_DATES = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today")


# Programs of functions' own processes, which no clock of ours reaches.
PROGRAMS = {"services/lambda_/bootstrap/python_main.py"}


@pytest.mark.parametrize("module", MODULES)
def test_only_the_clock_reads_time(module):
    if module not in {"cloud/clock.py", *PROGRAMS}:
        assert [
            call for call in calls_in(module) if call in READING_TIME or call.endswith(READING_DATES)
        ] == []


DRAWING = ("random.", "secrets.", "uuid.uuid", "os.urandom")


@pytest.mark.parametrize("module", MODULES)
def test_only_the_identifiers_draw_at_random(module):
    if module not in {"cloud/identifiers.py", "cloud/scheduler.py"}:
        assert [call for call in calls_in(module) if call.startswith(DRAWING)] == []
