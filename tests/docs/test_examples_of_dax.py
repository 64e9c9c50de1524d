"""The examples in the page about DAX, as a reader would paste them."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "dax.md"


def test_they_run_one_after_the_other(capsys):
    pytest.importorskip("amazondax", reason="amazon-dax-client is not installed")
    names = {}
    for example in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL):
        exec(example, names)

    assert capsys.readouterr().out == "the table throttled after 599 reads\n"
