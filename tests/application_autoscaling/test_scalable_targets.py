"""Scalable targets and policies: registering, listing, refusing."""

import pytest

from skymock import NotSupported

from .conftest import TABLE_WRITES

NOT_REGISTERED = (
    "No scalable target registered for service namespace: dynamodb, resource ID: table/orders, "
    "scalable dimension: dynamodb:table:WriteCapacityUnits"
)


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
def test_a_registered_target_is_listed(scaling, target):
    (described,) = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]

    assert described.pop("CreationTime").isoformat() == "2026-01-05T12:00:00+00:00"
    assert described == {
        **TABLE_WRITES,
        "MinCapacity": 5,
        "MaxCapacity": 100,
        "RoleARN": "arn:aws:iam::123456789012:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/"
        "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
        "SuspendedState": {
            "DynamicScalingInSuspended": False,
            "DynamicScalingOutSuspended": False,
            "ScheduledScalingSuspended": False,
        },
        "ScalableTargetARN": target,
    }


def test_registering_again_changes_what_is_given(scaling, target):
    again = scaling.register_scalable_target(**TABLE_WRITES, MaxCapacity=50)["ScalableTargetARN"]

    (described,) = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
    assert (again, described["MinCapacity"], described["MaxCapacity"]) == (target, 5, 50)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ResourceId": "table/none"}, "DynamoDB table does not exist: none"),
        (
            {
                "ResourceId": "table/orders/index/none",
                "ScalableDimension": "dynamodb:index:WriteCapacityUnits",
            },
            "DynamoDB index does not exist: table/orders/index/none",
        ),
        (
            {"ResourceId": "orders"},
            "Unsupported service namespace, resource type or scalable dimension",
        ),
        (
            {"ScalableDimension": "dynamodb:index:WriteCapacityUnits"},
            "Unsupported service namespace, resource type or scalable dimension",
        ),
        (
            {"ScalableDimension": "cassandra:table:ReadCapacityUnits"},
            "Unsupported service namespace, resource type or scalable dimension",
        ),
        (
            {"MaxCapacity": None},
            "Both MinCapacity and MaxCapacity must be specified for a new scalable target.",
        ),
        ({"MaxCapacity": 4}, "Maximum capacity cannot be less than minimum capacity"),
        ({"MinCapacity": -1}, "Minimum capacity cannot be less than 0"),
    ],
)
def test_what_cannot_be_scaled_is_not_registered(scaling, table, refused, changes, message):
    request = {**TABLE_WRITES, "MinCapacity": 5, "MaxCapacity": 10, **changes}
    request = {member: value for member, value in request.items() if value is not None}

    assert refused(scaling.register_scalable_target, **request) == ("ValidationException", message, 400)
    assert scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"] == []


def test_other_services_capacity_is_not_supported(scaling):
    with pytest.raises(NotSupported, match="scaling of ecs"):
        scaling.register_scalable_target(
            ServiceNamespace="ecs",
            ResourceId="service/default/web",
            ScalableDimension="ecs:service:DesiredCount",
            MinCapacity=1,
            MaxCapacity=2,
        )


def test_a_policy_is_listed_with_its_alarms(scaling, tracked):
    put = tracked(70, ScaleInCooldown=60)

    (policy,) = scaling.describe_scaling_policies(ServiceNamespace="dynamodb")["ScalingPolicies"]
    kinds = [alarm["AlarmName"].split("/orders-")[1].split("-")[0] for alarm in policy["Alarms"]]
    assert (policy["PolicyARN"], policy["Alarms"]) == (put["PolicyARN"], put["Alarms"])
    assert kinds == ["AlarmHigh", "AlarmLow", "ProvisionedCapacityHigh", "ProvisionedCapacityLow"]
    assert policy["TargetTrackingScalingPolicyConfiguration"]["ScaleInCooldown"] == 60


def test_a_policy_put_again_keeps_its_arn(scaling, tracked):
    first = tracked(70)["PolicyARN"]

    assert tracked(50)["PolicyARN"] == first


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"PolicyType": "StepScaling"},
            "StepScaling policies are not supported for this scalable dimension.",
        ),
        ({"TargetValue": 19.9}, "TargetValue must be between 20 and 90 for this scalable dimension."),
        ({"TargetValue": 91.0}, "TargetValue must be between 20 and 90 for this scalable dimension."),
        (
            {"Metric": "DynamoDBReadCapacityUtilization"},
            "Predefined metric type DynamoDBReadCapacityUtilization is not valid for the scalable dimension.",
        ),
        (
            {"PolicyName": "second"},
            "Only one TargetTrackingScaling policy for a given metric specification is allowed.",
        ),
    ],
)
def test_a_policy_that_cannot_be_is_refused(scaling, tracked, refused, changes, message):
    tracked(70)
    metric = changes.get("Metric", "DynamoDBWriteCapacityUtilization")

    answer = refused(
        scaling.put_scaling_policy,
        **TABLE_WRITES,
        PolicyName=changes.get("PolicyName", "half"),
        PolicyType=changes.get("PolicyType", "TargetTrackingScaling"),
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": changes.get("TargetValue", 70.0),
            "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
        },
    )

    assert answer == ("ValidationException", message, 400)


def test_what_is_not_registered_has_no_policy(tracked, scaling, refused):
    scaling.deregister_scalable_target(**TABLE_WRITES)
    configuration = {
        "TargetValue": 50.0,
        "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"},
    }

    answers = [
        refused(scaling.deregister_scalable_target, **TABLE_WRITES),
        refused(
            scaling.put_scaling_policy,
            PolicyName="half",
            **TABLE_WRITES,
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration=configuration,
        ),
    ]

    assert answers == [("ObjectNotFoundException", NOT_REGISTERED, 400)] * 2


def test_an_unknown_policy_cannot_be_deleted(scaling, target, refused):
    assert refused(scaling.delete_scaling_policy, PolicyName="none", **TABLE_WRITES) == (
        "ObjectNotFoundException",
        "No scaling policy found for service namespace: dynamodb, resource ID: table/orders, scalable dimension: "
        "dynamodb:table:WriteCapacityUnits, policy name: none",
        400,
    )


def test_listings_have_pages(scaling, table):
    for dimension in ("Read", "Write"):
        place = {**TABLE_WRITES, "ScalableDimension": f"dynamodb:table:{dimension}CapacityUnits"}
        scaling.register_scalable_target(**place, MinCapacity=1, MaxCapacity=2)

    pages = scaling.get_paginator("describe_scalable_targets").paginate(
        ServiceNamespace="dynamodb", PaginationConfig={"PageSize": 1}
    )

    found = [[target["ScalableDimension"] for target in page["ScalableTargets"]] for page in pages]
    assert found == [["dynamodb:table:ReadCapacityUnits"], ["dynamodb:table:WriteCapacityUnits"]]


def test_targets_have_tags(scaling, target):
    scaling.tag_resource(ResourceARN=target, Tags={"team": "shop", "stage": "test"})
    scaling.untag_resource(ResourceARN=target, TagKeys=["stage"])

    assert scaling.list_tags_for_resource(ResourceARN=target)["Tags"] == {"team": "shop"}
