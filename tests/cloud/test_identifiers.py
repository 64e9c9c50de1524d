"""Ids: in AWS's forms, and the same every run."""

import re

from hypothesis import given
from hypothesis import strategies as st

from skymock.cloud.identifiers import Identifiers

VERSION_4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@given(st.integers())
def test_uuids_are_of_version_4_and_differ(seed):
    ids = Identifiers(seed)
    uuids = [ids.uuid() for _ in range(20)]

    assert all(VERSION_4.fullmatch(uuid) for uuid in uuids)
    assert len(set(uuids)) == 20


@given(st.integers())
def test_the_same_seed_gives_the_same_ids(seed):
    first, second = Identifiers(seed), Identifiers(seed)

    assert [first.uuid(), first.hex(7), first.alphanumeric(9)] == [
        second.uuid(),
        second.hex(7),
        second.alphanumeric(9),
    ]


@given(st.integers(min_value=1, max_value=60))
def test_ids_have_the_length_and_the_alphabet_that_was_asked_for(length):
    ids = Identifiers()

    assert re.fullmatch(rf"[0-9a-f]{{{length}}}", ids.hex(length))
    assert re.fullmatch(rf"[0-9a-z]{{{length}}}", ids.lower_alphanumeric(length))
    assert re.fullmatch(rf"[0-9A-Z]{{{length}}}", ids.upper_alphanumeric(length))
    assert re.fullmatch(rf"[0-9A-Za-z]{{{length}}}", ids.alphanumeric(length))
    assert len(ids.bytes(length)) == length


def test_access_keys_tell_whether_they_are_temporary():
    ids = Identifiers()

    assert re.fullmatch("AKIA[0-9A-Z]{16}", ids.access_key_id())
    assert re.fullmatch("ASIA[0-9A-Z]{16}", ids.access_key_id(temporary=True))
    assert re.fullmatch("AROA[0-9A-Z]{17}", ids.unique_id("AROA"))
