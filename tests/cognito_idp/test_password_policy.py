from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skymock.services.cognito_idp.passwords import SYMBOLS, PasswordPolicy

policies = st.builds(
    PasswordPolicy,
    minimum_length=st.integers(6, 99),
    uppercase=st.booleans(),
    lowercase=st.booleans(),
    numbers=st.booleans(),
    symbols=st.booleans(),
)


@given(policy=policies, seed=st.integers())
def test_a_generated_password_satisfies_the_policy(policy, seed):
    password = policy.generate(random.Random(seed))

    assert policy.failure(password) is None
    assert " " not in password


@given(policy=policies)
def test_a_policy_is_shown_as_it_was_given(policy):
    assert PasswordPolicy.of(policy.document) == policy


@pytest.mark.parametrize("symbol", sorted(SYMBOLS))
def test_every_symbol_of_the_developer_guide_counts(symbol):
    assert PasswordPolicy().failure(f"Secret{symbol}123") is None


def test_no_days_mean_the_default(cloud):
    assert PasswordPolicy.of({"TemporaryPasswordValidityDays": 0}).temporary_validity_days == 7
