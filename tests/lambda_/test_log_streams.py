"""What is written becomes events."""

from hypothesis import given
from hypothesis import strategies as st

from skymock.services.lambda_.sandbox.output import Lines


@given(st.lists(st.text(max_size=5) | st.just("\n")))
def test_all_that_is_written_is_logged_line_by_line(texts):
    lines = []
    output = Lines(lines.append)

    for text in texts:
        output.write(text)
    output.end()

    assert "".join(lines) == "".join(texts)
    assert all(line.endswith("\n") for line in lines[:-1])
    assert all("\n" not in line[:-1] for line in lines)
