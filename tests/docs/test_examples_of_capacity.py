"""The example in docs/using.md does what its section says."""

import re
from pathlib import Path

USING = Path(__file__).parents[2] / "docs" / "using.md"


def test_the_example_of_the_section_on_capacity_runs(capsys):
    section = USING.read_text(encoding="utf-8").split("## Capacity and usage\n")[1].split("\n## ")[0]
    (example,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)

    exec(compile(example, str(USING), "exec"), {})

    assert "orders (us-east-1): 0 read units, 301 write units" in capsys.readouterr().out
