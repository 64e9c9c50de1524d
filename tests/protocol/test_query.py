"""The query protocol: forms in, XML out."""

from __future__ import annotations

from typing import Any

import pytest
from botocore_wire import codec_of

from skymock.errors import AwsError
from skymock.protocol import UnknownOperation
from skymock.protocol.form_reader import MalformedInput, tree_of
from skymock.wire import Request

URL = "https://iam.amazonaws.com/"


def read(operation: str, form: str, service: str = "iam") -> dict[str, Any]:
    return codec_of(service).parse(operation, Request("POST", URL, {}, form.encode()), {})


@pytest.mark.parametrize(
    ("form", "code", "message"),
    [
        ("", "MissingAction", "Missing Action"),
        ("Version=2010-05-08", "MissingAction", "Missing Action"),
        (
            "Action=Fly&Version=2010-05-08",
            "InvalidAction",
            "Could not find operation Fly for version 2010-05-08",
        ),
        ("Action=Fly", "InvalidAction", "Could not find operation Fly for version NO_VERSION_SPECIFIED"),
        ("Action.member.1=Fly", "MissingAction", "Missing Action"),
    ],
)
def test_a_form_that_names_no_operation_is_refused(form: str, code: str, message: str) -> None:
    with pytest.raises(UnknownOperation) as refused:
        codec_of("iam").identify(Request("POST", URL, {}, form.encode()))

    response = codec_of("iam").serialise_error(refused.value, "request-id")
    assert response.status == 400
    assert response.read().decode() == (
        '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>{message}</Message></Error><RequestId>request-id</RequestId></ErrorResponse>"
    )


def test_a_form_may_come_in_the_query_string() -> None:
    request = Request("GET", f"{URL}?Action=GetUser&UserName=an%20a&Version=2010-05-08")

    assert codec_of("iam").identify(request) == ("GetUser", {})
    assert codec_of("iam").parse("GetUser", request, {}) == {"UserName": "an a"}


def test_the_elements_of_a_list_come_in_the_order_of_their_numbers() -> None:
    form = "&".join(f"TagKeys.member.{number}=key{number}" for number in (10, 2, 1))

    assert read("UntagUser", form) == {"TagKeys": ["key1", "key2", "key10"]}


def test_an_empty_list_is_an_empty_text() -> None:
    assert read("UntagUser", "TagKeys=") == {"TagKeys": []}


def test_names_that_the_operation_lacks_are_ignored() -> None:
    assert read("GetUser", "UserName=a&Other=b&AWSAccessKeyId=c") == {"UserName": "a"}


@pytest.mark.parametrize(
    ("operation", "form", "message"),
    [
        ("ListUsers", "MaxItems=many", ""),
        ("ListUsers", "MaxItems.a=1", ""),
        ("UpdateLoginProfile", "PasswordResetRequired=yes", "boolean must follow xsd1.1 definition"),
        ("UntagUser", "TagKeys.member.x=1", ""),
        ("UntagUser", "TagKeys=some", ""),
        ("TagUser", "Tags.member.1=some", ""),
    ],
)
def test_a_text_of_the_wrong_type_is_malformed(operation: str, form: str, message: str) -> None:
    with pytest.raises(MalformedInput) as refused:
        read(operation, form)

    assert str(refused.value) == message


def test_an_entry_of_a_map_needs_its_value() -> None:
    with pytest.raises(MalformedInput):
        read("CreateTopic", "Attributes.entry.1.key=a", service="sns")


def test_a_name_that_is_both_a_text_and_a_branch_is_the_branch() -> None:
    assert tree_of("a=1&a.b=2") == {"a": {"b": "2"}}


def test_an_answer_has_a_result_and_its_metadata() -> None:
    response = codec_of("iam").serialise(
        "CreateUser", {"User": {"UserName": "a&b\r"}, "Unset": None}, "request-id"
    )

    assert response.headers["Content-Type"] == "text/xml"
    assert response.read().decode() == (
        '<CreateUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><CreateUserResult>'
        "<User><UserName>a&amp;b&#13;</UserName></User></CreateUserResult>"
        "<ResponseMetadata><RequestId>request-id</RequestId></ResponseMetadata></CreateUserResponse>"
    )


def test_an_operation_without_output_answers_metadata_alone() -> None:
    response = codec_of("iam").serialise("DeleteUser", {}, "request-id")

    assert response.read().decode() == (
        '<DeleteUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
        "<ResponseMetadata><RequestId>request-id</RequestId></ResponseMetadata></DeleteUserResponse>"
    )


class ServiceFailureException(AwsError):
    pass


class AccessDenied(AwsError):
    status = 403


@pytest.mark.parametrize(
    ("error", "status", "start"),
    [
        (
            ServiceFailureException("Oh."),
            500,
            "<Type>Receiver</Type><Code>ServiceFailure</Code><Message>Oh.</Message>",
        ),
        (
            AccessDenied("No <you>."),
            403,
            "<Type>Sender</Type><Code>AccessDenied</Code><Message>No &lt;you&gt;.</",
        ),
    ],
)
def test_an_error_names_whose_fault_it_is(error: AwsError, status: int, start: str) -> None:
    response = codec_of("iam").serialise_error(error, "request-id")

    assert response.status == status
    assert start in response.read().decode()


def test_an_error_without_a_shape_has_its_members_as_texts() -> None:
    response = codec_of("iam").serialise_error(AccessDenied("No.", Hint="<why>"), "request-id")

    assert "<Message>No.</Message><Hint>&lt;why&gt;</Hint></Error>" in response.read().decode()
