"""What is written becomes events."""

from hypothesis import given
from hypothesis import strategies as st

from skymock.cloud.clock import Clock
from skymock.services.lambda_.log import LoggedOutput, LogStream


@given(st.lists(st.text(max_size=5) | st.just("\n")))
def test_all_that_is_written_is_logged_line_by_line(texts):
    log = LogStream("group", "name", Clock())
    output = LoggedOutput(log)

    for text in texts:
        output.write(text)
    output.end_line()

    assert log.since(0) == "".join(texts)
    assert all(event.message.endswith("\n") for event in log.events[:-1])
    assert all("\n" not in event.message[:-1] for event in log.events)
