"""Stages and deployments: what of an API can be called, and when."""

import pytest
from botocore.exceptions import ClientError

NOT_FOUND = (404, '{"message":"Not Found"}')


@pytest.fixture
def bare(apigateway):
    """An API without any stage."""
    return apigateway.create_api(Name="bare", ProtocolType="HTTP")["ApiId"]


def answer(api, path):
    response = api.get(path)
    return response.status_code, response.text


@pytest.fixture
def staged(apigateway, api, function):
    """An API with a stage `dev` that is deployed by hand, and a function that answers "first"."""
    apigateway.delete_stage(ApiId=api.id, StageName="$default")
    api.route("GET /", api.integrate(function("return 'first'", "first")))
    apigateway.create_stage(ApiId=api.id, StageName="dev")
    return api


def test_nothing_is_served_before_a_deployment(staged):
    assert answer(staged, "/dev/") == NOT_FOUND


def test_a_deployment_to_a_stage_is_served_there(apigateway, staged):
    deployment = apigateway.create_deployment(ApiId=staged.id, StageName="dev")

    assert deployment["DeploymentStatus"] == "DEPLOYED"
    assert deployment["AutoDeployed"] is False
    assert answer(staged, "/dev/") == (200, "first")


def test_the_root_of_a_named_stage_needs_no_slash(apigateway, staged):
    apigateway.create_deployment(ApiId=staged.id, StageName="dev")

    assert answer(staged, "/dev") == (200, "first")


def test_without_a_default_stage_other_paths_are_not_found(apigateway, staged):
    apigateway.create_deployment(ApiId=staged.id, StageName="dev")

    assert answer(staged, "/prod/") == NOT_FOUND


def test_a_deployment_keeps_what_was_when_it_was_made(apigateway, staged, function):
    apigateway.create_deployment(ApiId=staged.id, StageName="dev")
    (route,) = apigateway.get_routes(ApiId=staged.id)["Items"]

    apigateway.update_route(
        ApiId=staged.id,
        RouteId=route["RouteId"],
        Target=staged.integrate(function("return 'second'", "second")),
    )

    assert answer(staged, "/dev/") == (200, "first")
    apigateway.create_deployment(ApiId=staged.id, StageName="dev")
    assert answer(staged, "/dev/") == (200, "second")


def test_a_stage_can_go_back_to_an_earlier_deployment(apigateway, staged):
    deployed = apigateway.create_deployment(ApiId=staged.id, StageName="dev")
    (route,) = apigateway.get_routes(ApiId=staged.id)["Items"]
    apigateway.delete_route(ApiId=staged.id, RouteId=route["RouteId"])
    staged.route("GET /other", route["Target"])
    apigateway.create_deployment(ApiId=staged.id, StageName="dev")
    assert answer(staged, "/dev/") == NOT_FOUND

    apigateway.update_stage(ApiId=staged.id, StageName="dev", DeploymentId=deployed["DeploymentId"])

    assert answer(staged, "/dev/") == (200, "first")


def test_auto_deploy_serves_every_change_at_once(apigateway, api, echo):
    target = api.integrate(echo)
    assert answer(api, "/orders") == NOT_FOUND

    api.route("GET /orders", target)

    assert answer(api, "/orders")[0] == 200


def test_auto_deploy_tells_what_it_did(apigateway, api, echo):
    api.route("GET /orders", api.integrate(echo))

    stage = apigateway.get_stage(ApiId=api.id, StageName="$default")
    deployment = apigateway.get_deployment(ApiId=api.id, DeploymentId=stage["DeploymentId"])
    assert stage["LastDeploymentStatusMessage"] == (
        f"Successfully deployed stage with deployment ID '{stage['DeploymentId']}'"
    )
    assert deployment["AutoDeployed"] is True
    assert deployment["Description"] == "Automatic deployment triggered by changes to the Api configuration"


def test_a_stage_that_begins_to_deploy_by_itself_catches_up(apigateway, staged):
    apigateway.update_stage(ApiId=staged.id, StageName="dev", AutoDeploy=True)

    assert answer(staged, "/dev/") == (200, "first")


def test_a_named_stage_wins_over_a_path_of_the_default_stage(apigateway, api, echo):
    api.route("GET /dev/orders", api.integrate(echo))
    apigateway.create_stage(ApiId=api.id, StageName="dev")

    assert answer(api, "/dev/orders") == NOT_FOUND


def test_stage_variables_choose_the_function(apigateway, api, function):
    function("return 'blue'", "blue")
    function("return 'green'", "green")
    uri = (
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
        "arn:aws:lambda:us-east-1:123456789012:function:${stageVariables.colour}/invocations"
    )
    api.route("GET /", api.integrate(uri))
    apigateway.update_stage(ApiId=api.id, StageName="$default", StageVariables={"colour": "green"})

    assert answer(api, "/") == (200, "green")


def test_a_deleted_stage_is_not_served(apigateway, staged):
    apigateway.create_deployment(ApiId=staged.id, StageName="dev")

    apigateway.delete_stage(ApiId=staged.id, StageName="dev")

    assert answer(staged, "/dev/") == NOT_FOUND


def test_a_deployment_that_no_stage_serves_can_be_deleted(apigateway, staged):
    unused = apigateway.create_deployment(ApiId=staged.id)["DeploymentId"]

    apigateway.delete_deployment(ApiId=staged.id, DeploymentId=unused)

    assert apigateway.get_deployments(ApiId=staged.id)["Items"] == []


def test_a_deployment_can_be_described_anew(apigateway, staged):
    deployment_id = apigateway.create_deployment(ApiId=staged.id, Description="old")["DeploymentId"]

    apigateway.update_deployment(ApiId=staged.id, DeploymentId=deployment_id, Description="new")

    (deployment,) = apigateway.get_deployments(ApiId=staged.id)["Items"]
    assert deployment["Description"] == "new"


def refusal(call, **parameters):
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_deployment_that_a_stage_serves_stays(apigateway, staged):
    deployment_id = apigateway.create_deployment(ApiId=staged.id, StageName="dev")["DeploymentId"]

    assert refusal(apigateway.delete_deployment, ApiId=staged.id, DeploymentId=deployment_id) == (
        "BadRequestException",
        "Active stages pointing to this deployment must be moved or deleted",
    )


def test_an_api_without_routes_cannot_be_deployed(apigateway, bare):
    assert refusal(apigateway.create_deployment, ApiId=bare) == (
        "BadRequestException",
        "At least one route is required before deploying the Api.",
    )


@pytest.mark.parametrize(
    ("settings", "code", "message"),
    [
        ({"StageName": "my-stage"}, "BadRequestException", "Stage name only allows a-zA-Z0-9_"),
        ({"StageName": "taken"}, "ConflictException", "Stage already exists"),
        (
            {"StageName": "dev", "DeploymentId": "abc123"},
            "NotFoundException",
            "Invalid Deployment identifier specified abc123",
        ),
        (
            {"StageName": "dev", "RouteSettings": {"GET /gone": {"DetailedMetricsEnabled": True}}},
            "NotFoundException",
            "Unable to find Route by key GET /gone within the provided RouteSettings",
        ),
        (
            {"StageName": "dev", "AccessLogSettings": {"DestinationArn": "arn", "Format": "$context.path"}},
            "BadRequestException",
            "Access Log format must include either $context.requestId or $context.extendedRequestId",
        ),
    ],
)
def test_stages_that_are_refused(apigateway, bare, settings, code, message):
    apigateway.create_stage(ApiId=bare, StageName="taken")

    assert refusal(apigateway.create_stage, ApiId=bare, **settings) == (code, message)


def test_a_stage_that_does_not_exist(apigateway, bare):
    assert refusal(apigateway.get_stage, ApiId=bare, StageName="dev") == (
        "NotFoundException",
        "Invalid stage identifier specified",
    )
