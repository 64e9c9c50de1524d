"""What an account may have, and has."""

import pytest

from .conftest import zipped

EMPTY = "def handler(event, context):\n    pass\n"


@pytest.fixture
def settings(awslambda):
    """`settings()`: the limits, and what is used of them."""

    def call():
        answer = awslambda.get_account_settings()
        return answer["AccountLimit"], answer["AccountUsage"]

    return call


def test_the_limits_are_those_of_a_new_account(settings):
    limit, usage = settings()

    assert limit == {
        "TotalCodeSize": 80530636800,
        "CodeSizeUnzipped": 262144000,
        "CodeSizeZipped": 52428800,
        "ConcurrentExecutions": 1000,
        "UnreservedConcurrentExecutions": 1000,
    }
    assert usage == {"TotalCodeSize": 0, "FunctionCount": 0}


def test_what_is_reserved_is_no_longer_unreserved(create_function, awslambda, settings):
    create_function("f", EMPTY)

    awslambda.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=100)

    assert settings()[0]["UnreservedConcurrentExecutions"] == 900


# (recorded: test_account_settings_total_code_size_config_update)
def test_each_version_counts_with_its_code(create_function, awslambda, settings):
    size = create_function("f", EMPTY)["CodeSize"]
    awslambda.update_function_configuration(FunctionName="f", Description="x")
    before = settings()[1]

    awslambda.publish_version(FunctionName="f")
    published = settings()[1]
    awslambda.delete_function(FunctionName="f", Qualifier="1")

    assert before == {"TotalCodeSize": size, "FunctionCount": 1}
    assert published == {"TotalCodeSize": 2 * size, "FunctionCount": 1}
    assert settings()[1] == before


def test_layers_count_until_they_are_deleted(awslambda, settings):
    content = zipped({"python/tool.py": ""})
    awslambda.publish_layer_version(LayerName="tools", Content={"ZipFile": content})
    published = settings()[1]["TotalCodeSize"]

    awslambda.delete_layer_version(LayerName="tools", VersionNumber=1)

    assert (published, settings()[1]["TotalCodeSize"]) == (len(content), 0)


def test_deleted_functions_do_not_count(create_function, awslambda, settings):
    create_function("f", EMPTY, Publish=True)

    awslambda.delete_function(FunctionName="f")

    assert settings()[1] == {"TotalCodeSize": 0, "FunctionCount": 0}
