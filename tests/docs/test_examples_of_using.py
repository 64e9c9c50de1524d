"""The examples in docs/using.md do what their sections say."""

import re
from pathlib import Path

USING = Path(__file__).parents[2] / "docs" / "using.md"


def run(section):
    """Run the one example of a section, pasted as it is."""
    text = USING.read_text(encoding="utf-8").split(f"## {section}\n")[1].split("\n## ")[0]
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names = {}
    exec(compile(example, str(USING), "exec"), names)
    return names


def test_the_example_of_capacity_and_usage(capsys):
    run("Capacity and usage")
    assert "orders (us-east-1): 0 read units, 301 write units" in capsys.readouterr().out


def test_the_example_of_eventual_consistency():
    assert run("Eventual consistency")["cloud"].usage.table("orders").read_units == 2


def test_the_example_of_auto_scaling():
    run("Auto scaling")["test_the_table_grows_with_its_load"]()


def test_the_example_of_exports_and_imports(capsys):
    run("Exports to S3 and imports")
    assert capsys.readouterr().out == "[{'id': {'S': '1'}, 'total': {'N': '9.95'}}]\n"


def test_the_example_of_event_buses():
    run("Event buses")["test_paid_orders_are_shipped"]()


def test_the_example_of_topics():
    run("Topics")["test_large_orders_are_told_of"]()


def test_the_example_of_kinesis(capsys):
    run("Kinesis data streams")
    assert capsys.readouterr().out == "[b'first']\n[b'second']\n2\n"
