"""JSON that is written as it is: the same document as if it had been decoded first."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skymock.protocol.json_encoding import Rendered, encode_json, encode_json_around, plain

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text(), parts, max_size=4),
)


@given(DOCUMENTS)
def test_a_document_is_encoded_compactly_and_in_its_own_letters(document):
    expected = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    assert encode_json(document) == expected


@given(DOCUMENTS, DOCUMENTS)
def test_a_rendered_value_is_written_as_the_value_itself(beside, value):
    around = encode_json_around({"beside": beside, "items": [Rendered(encode_json(value))]})
    assert around == encode_json({"beside": beside, "items": [value]})


@given(DOCUMENTS, DOCUMENTS)
def test_a_plain_output_has_the_values_in_place_of_their_json(beside, value):
    output = {"beside": beside, "items": [{"item": Rendered(encode_json(value))}]}
    assert plain(output) == {"beside": beside, "items": [{"item": value}]}


@pytest.mark.parametrize("encode", [encode_json, encode_json_around])
def test_what_json_lacks_is_refused(encode):
    with pytest.raises(TypeError, match="Object of type set is not JSON serializable"):
        encode({"set": set()})
