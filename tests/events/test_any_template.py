"""Random input templates against a plain model: placeholders become values, in strings their texts."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from skymock.services.events.bus_event import BusEvent
from skymock.services.events.target_input import RuleName, target_input

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999) | st.text('a"\\\n<>é😀', max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=4,
)
NAMES = ("x", "y", "gone")


class Placeholder:
    def __init__(self, name):
        self.name = name


# Texts of a template: pieces that are literal, and placeholders.
TEXTS = st.lists(
    st.sampled_from(["a ", '"', "\\", "< b", "é"]) | st.sampled_from(NAMES).map(Placeholder), max_size=4
)
TEMPLATES = st.recursive(
    st.integers(0, 9) | st.none() | st.sampled_from(NAMES).map(Placeholder) | TEXTS.map(tuple),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("kl"), inner, max_size=2),
    max_leaves=6,
)


def written(template):
    """The text of a template."""
    if isinstance(template, Placeholder):
        return f"<{template.name}>"
    if isinstance(template, tuple):
        pieces = (
            written(piece) if isinstance(piece, Placeholder) else json.dumps(piece)[1:-1]
            for piece in template
        )
        return f'"{"".join(pieces)}"'
    if isinstance(template, dict):
        return (
            "{ " + ", ".join(f"{json.dumps(key)} : {written(value)}" for key, value in template.items()) + "}"
        )
    if isinstance(template, list):
        return "[" + " , ".join(map(written, template)) + "]"
    return json.dumps(template)


def filled(template, detail):
    """What it should become."""
    if isinstance(template, Placeholder):
        return detail.get(template.name, "")
    if isinstance(template, tuple):
        return "".join(
            piece if isinstance(piece, str) else as_text(filled(piece, detail)) for piece in template
        )
    if isinstance(template, dict):
        return {key: filled(value, detail) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, detail) for value in template]
    return template


def as_text(value):
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


@settings(max_examples=100)
@given(TEMPLATES, st.dictionaries(st.sampled_from("xy"), VALUES))
def test_a_template_becomes_what_it_says(template, detail):
    paths = {name: f"$.detail.{name}" for name in NAMES}
    transformer = {"InputPathsMap": paths, "InputTemplate": written(template)}
    build = target_input({"Id": "t", "InputTransformer": transformer})

    built = build(BusEvent({"detail": detail}, 0), RuleName("r", "arn"))

    assert json.loads(built) == filled(template, detail)
