"""What a function imports, and how."""

import subprocess
import sys
from unittest.mock import patch

import boto3
import pytest

HANDLER = "def handler(event, context):\n    return answer()\n"


def test_modules_of_a_package_may_import_each_other(run):
    files = {
        "shop/__init__.py": "from . import orders",
        "shop/orders.py": "from . import prices\nNAME = 'orders'",
        "shop/prices.py": "from . import orders\ndef name():\n    return orders.NAME",
    }

    assert run("from shop.prices import name as answer\n" + HANDLER, files=files) == "orders"


@pytest.mark.parametrize(
    "statement",
    [
        "import shop.orders as it",
        "from shop import orders as it",
        "from shop.orders import *\nimport sys; it = sys.modules['shop.orders']",
        "import importlib; it = importlib.import_module('shop.orders')",
        "import importlib; it = importlib.import_module('.orders', 'shop')",
        "import shop.orders; it = shop.orders",
        "it = __import__('shop.orders', fromlist=['x'])",
        "import importlib, shop.orders; it = importlib.reload(shop.orders)",
        "import pkgutil; it = pkgutil.resolve_name('shop.orders')",
    ],
)
def test_all_ways_to_import_lead_to_the_functions_own_module(run, statement):
    files = {"shop/__init__.py": "", "shop/orders.py": "NAME = 'orders'"}

    assert run(f"{statement}\nanswer = lambda: it.NAME\n" + HANDLER, files=files) == "orders"


def test_a_namespace_package_needs_no_init(run):
    assert (
        run("from shop.orders import answer\n" + HANDLER, files={"shop/orders.py": "answer = lambda: 1"}) == 1
    )


def test_a_folder_that_the_function_puts_on_its_path_is_searched(run):
    source = """
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
from hidden import answer
"""
    assert run(source + HANDLER, files={"lib/hidden.py": "answer = lambda: 1"}) == 1
    assert "hidden" not in sys.modules


@pytest.mark.parametrize(
    "work",
    [
        "import pickle; answer = lambda: pickle.loads(pickle.dumps(Order(3))).number",
        "import copy; answer = lambda: copy.deepcopy(Order(3)).number",
        "import typing; answer = lambda: typing.get_type_hints(Order)['number'](3)",
        "import inspect; answer = lambda: 3 if inspect.getmodule(Order).__name__ == 'app' else 0",
    ],
)
def test_classes_of_a_function_are_found_by_their_module(run, work):
    source = """
from __future__ import annotations
import dataclasses

@dataclasses.dataclass
class Order:
    number: int

"""

    assert run(f"{source}{work}\n{HANDLER}") == 3


def test_pickled_classes_of_namesakes_are_each_functions_own(create_function, invoke):
    source = """
import pickle

class Order:
    def who(self):
        return WHO

def handler(event, context):
    return pickle.loads(pickle.dumps(Order())).who()
"""
    for name in ("one", "two"):
        create_function(name, f"WHO = {name!r}\n{source}")

    assert [invoke("one"), invoke("two"), invoke("one")] == ["one", "two", "one"]
    assert "app" not in sys.modules


def test_patches_inside_a_handler_hit_the_functions_own_modules(run):
    source = """
from unittest.mock import patch
import shop

def answer():
    with patch("shop.price", return_value=5):
        return [shop.price(), patched_sleep()]

def patched_sleep():
    import time
    with patch("time.sleep") as sleep:
        time.sleep(100)
    return sleep.call_count
"""
    assert run(source + HANDLER, files={"shop.py": "def price():\n    return 1"}) == [5, 1]


def test_a_patch_of_the_test_around_the_call_holds_inside(create_function, invoke):
    create_function("f", "import time\ndef handler(event, context):\n    time.sleep(100)\n")

    with patch("time.sleep") as sleep:
        assert invoke("f") is None

    sleep.assert_called_once_with(100)


def test_a_module_that_the_function_makes_up_is_its_own(run):
    source = """
import sys, types
sys.modules["made_up"] = types.ModuleType("made_up")
sys.modules["made_up"].answer = lambda: 1
from made_up import answer
"""
    assert run(source + HANDLER) == 1
    assert "made_up" not in sys.modules


def test_a_module_that_the_test_forbids_cannot_be_imported(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "forbidden", None)

    assert run("import forbidden\n" + HANDLER)["errorType"] == "Runtime.ImportModuleError"


def test_a_child_process_inherits_the_functions_variables(run):
    source = f"""
import subprocess
answer = lambda: subprocess.run([{sys.executable!r}, "-c", "import os; print(os.environ['WHO'])"],
                                capture_output=True, text=True).stdout
"""
    assert run(source + HANDLER, Environment={"Variables": {"WHO": "f"}}) == "f\n"
    assert subprocess.Popen.__name__ == "Popen"


def test_nothing_is_written_beside_the_code(create_function, invoke, cloud):
    create_function("f", "import os\ndef handler(event, context):\n    return sorted(os.listdir())\n")

    assert invoke("f") == ["app.py"]


def test_an_environments_modules_are_listed(run):
    source = (
        "import sys\nimport shop\nanswer = lambda: ['shop' in list(sys.modules), len(sys.modules) > 50]\n"
    )

    assert run(source + HANDLER, files={"shop.py": ""}) == [True, True]
    assert "shop" not in sys.modules


def test_a_default_session_may_be_set_up(create_function, invoke):
    source = """
import boto3
boto3.setup_default_session(region_name="eu-west-1")

def handler(event, context):
    return boto3.client("sts").meta.region_name
"""
    create_function("f", source)

    assert invoke("f") == "eu-west-1"
    assert boto3.client("sts").meta.region_name == "us-east-1"
