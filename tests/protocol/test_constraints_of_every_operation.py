"""Each constraint that the models state of an input, failed once, for every operation of every service."""

from __future__ import annotations

from dataclasses import replace

import botocore.session
import pytest
from modelled_values import valid, violations

from skymock.protocol.constraints import constraints_of, style_of

CHECKED_SERVICES = (
    *("dynamodb", "dynamodbstreams", "dax", "lambda", "apigateway", "apigatewayv2", "cognito-idp"),
    *("cognito-identity", "iam", "sts", "kinesis", "cloudfront", "sns", "logs", "events"),
    "application-autoscaling",
)
SILENT_SERVICES = ("s3", "sqs", "apigatewaymanagementapi")

_SESSION = botocore.session.get_session()


def inputs_of(service):
    model = _SESSION.get_service_model(service)
    shapes = {name: model.operation_model(name).input_shape for name in model.operation_names}
    return {name: shape for name, shape in shapes.items() if shape is not None}


def modelled_style_of(service):
    """Without the rules that the model does not state: tables' names have tests of their own."""
    return replace(style_of(service), tables=frozenset(), new_tables=frozenset())


@pytest.mark.parametrize("service", CHECKED_SERVICES)
def test_valid_parameters_fail_nothing(service):
    for operation, shape in inputs_of(service).items():
        assert constraints_of(shape, style=modelled_style_of(service))(valid(shape)) == [], operation


@pytest.mark.parametrize("service", CHECKED_SERVICES)
def test_each_violation_is_told_in_aws_wording(service):
    style = modelled_style_of(service)
    told = 0
    for operation, shape in inputs_of(service).items():
        failures_of = constraints_of(shape, style=style)
        prefix = f"{operation[0].lower()}{operation[1:]}Input."
        for violation in violations(shape, null_items=style.names_null_items):
            failures = failures_of(violation.parameters)
            texts = {violation.message(shows_values=style.shows_values)}
            if violation.fails_pattern:
                texts |= set(style.pattern_sentences.values())
            if style.input_prefix:
                texts.add(violation.message(prefix))
            assert texts & set(failures), f"{operation}: {texts} not in {failures}"
            places = {text.partition("' failed")[0] for text in failures if text.startswith("Value")}
            assert len(places) <= 1, f"{operation}: more than one member failed: {failures}"
            told += 1
    assert told > 10


@pytest.mark.parametrize("service", SILENT_SERVICES)
def test_services_with_words_of_their_own_are_left_to_them(service):
    for shape in inputs_of(service).values():
        assert constraints_of(shape, style=style_of(service))({}) == []
