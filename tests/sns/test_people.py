"""Mail, text messages and push notifications, which lie in the outbox."""

import json

import pytest

frozen = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
PHONE = "+15550100"
MAIL = "a@example.com"


@pytest.fixture
def outbox(cloud):
    return cloud.sns.outbox


@pytest.fixture
def application(sns):
    return sns.create_platform_application(
        Name="shop", Platform="GCM", Attributes={"PlatformCredential": "secret"}
    )["PlatformApplicationArn"]


@pytest.fixture
def device(sns, application):
    return sns.create_platform_endpoint(PlatformApplicationArn=application, Token="t1")["EndpointArn"]


def test_mail_is_confirmed_by_the_token_in_it(sns, topic, outbox):
    pending = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=MAIL)["SubscriptionArn"]
    sns.publish(TopicArn=topic, Message="too early")
    (asked,) = outbox.to(MAIL)

    arn = sns.confirm_subscription(TopicArn=topic, Token=asked.token)["SubscriptionArn"]
    sns.publish(TopicArn=topic, Message="hello", Subject="greeting")

    assert pending == "pending confirmation"
    assert arn.startswith(topic + ":")
    assert asked.kind == "SubscriptionConfirmation"
    sent = outbox.to(MAIL)[1]
    assert (sent.protocol, sent.subject, sent.body, sent.topic_arn) == ("email", "greeting", "hello", topic)


def test_a_pending_subscription_says_so(sns, topic, subscribe, refused):
    arn = subscribe(MAIL, protocol="email")

    (listed,) = sns.list_subscriptions()["Subscriptions"]
    shown = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]

    assert listed["SubscriptionArn"] == "PendingConfirmation"
    assert (shown["PendingConfirmation"], shown["ConfirmationWasAuthenticated"]) == ("true", "false")
    assert refused(sns.unsubscribe, SubscriptionArn=arn) == (
        "InvalidParameter",
        "Invalid parameter: SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation",
        400,
    )


def test_a_token_confirms_again_and_again(sns, topic, subscribe, outbox):
    arn = subscribe(MAIL, protocol="email")
    token = outbox.to(MAIL)[0].token

    answers = [sns.confirm_subscription(TopicArn=topic, Token=token) for each in range(2)]

    assert [answer["SubscriptionArn"] for answer in answers] == [arn, arn]


def test_whoever_subscribes_again_is_asked_again(subscribe, outbox):
    first = subscribe(MAIL, protocol="email")

    assert subscribe(MAIL, protocol="email") == first
    assert len(outbox.to(MAIL)) == 2


@frozen
def test_who_confirms_stays(sns, topic, subscribe, outbox, cloud):
    arn = subscribe(MAIL, protocol="email")
    sns.confirm_subscription(TopicArn=topic, Token=outbox.to(MAIL)[0].token)

    cloud.clock.advance(hours=48)

    assert [one["SubscriptionArn"] for one in sns.list_subscriptions()["Subscriptions"]] == [arn]


@frozen
def test_who_does_not_confirm_within_two_days_is_forgotten(sns, topic, subscribe, outbox, cloud, refused):
    subscribe(MAIL, protocol="email")
    token = outbox.to(MAIL)[0].token

    cloud.clock.advance(hours=48)

    assert sns.list_subscriptions()["Subscriptions"] == []
    assert refused(sns.confirm_subscription, TopicArn=topic, Token=token) == (
        "InvalidParameter",
        "Invalid parameter: Token",
        400,
    )


@frozen
def test_who_is_asked_again_has_two_days_from_then(sns, topic, subscribe, cloud):
    subscribe(MAIL, protocol="email")
    cloud.clock.advance(hours=47)
    subscribe(MAIL, protocol="email")

    cloud.clock.advance(hours=47)
    before = len(sns.list_subscriptions()["Subscriptions"])
    cloud.clock.advance(hours=1)

    assert (before, sns.list_subscriptions()["Subscriptions"]) == (1, [])


@pytest.mark.parametrize(
    ("topic_arn", "token", "message"),
    [
        (None, "short", "Invalid token"),
        (None, "2336412f37" * 20, "Invalid parameter: Token"),
        ("arn:aws:sns:us-east-1:123456789012:orders:a", None, "Invalid parameter: Topic"),
        ("arn:aws:sns:eu-west-1:123456789012:orders", None, "Invalid parameter: Topic"),
        ("arn:aws:sns:us-east-1:123456789012:other", None, "Invalid parameter: Topic"),
    ],
)
def test_what_confirm_subscription_refuses(sns, topic, subscribe, outbox, refused, topic_arn, token, message):
    subscribe(MAIL, protocol="email")
    token = token or outbox.to(MAIL)[0].token

    answer = refused(sns.confirm_subscription, TopicArn=topic_arn or topic, Token=token)

    assert answer == ("InvalidParameter", message, 400)


def test_mail_may_be_json(sns, topic, subscribe, outbox):
    subscribe(MAIL, protocol="email-json")
    asked = json.loads(outbox.to(MAIL)[0].body)
    sns.confirm_subscription(TopicArn=topic, Token=asked["Token"])

    sns.publish(TopicArn=topic, Message="hello")

    sent = outbox.to(MAIL)[1]
    assert json.loads(sent.body)["Message"] == "hello"
    assert sent.subject == "AWS Notification Message"


def test_a_subscribed_phone_gets_messages(sns, topic, subscribe, outbox):
    subscribe(PHONE, protocol="sms")

    sns.publish(TopicArn=topic, Message="hello")

    (sent,) = outbox.to(PHONE)
    assert (sent.protocol, sent.body, sent.topic_arn) == ("sms", "hello", topic)


def test_a_phone_gets_a_message_without_a_topic(sns, outbox):
    assert sns.publish(PhoneNumber=PHONE, Message="hello")["MessageId"]

    (sent,) = outbox.to(PHONE)
    assert (sent.body, sent.topic_arn) == ("hello", None)


def test_an_outbox_can_be_emptied(sns, outbox):
    sns.publish(PhoneNumber=PHONE, Message="before")

    outbox.clear()
    sns.publish(PhoneNumber=PHONE, Message="after")

    assert [sent.body for sent in outbox.sent] == ["after"]


@pytest.mark.parametrize("number", ["+1a234", "NAA+15551234567"])
def test_numbers_that_are_none_get_nothing(sns, outbox, refused, number):
    assert refused(sns.publish, PhoneNumber=number, Message="hello") == (
        "InvalidParameter",
        f"Invalid parameter: PhoneNumber Reason: {number} is not valid to publish to",
        400,
    )
    assert outbox.sent == []


def test_a_phone_whose_owner_wants_nothing_gets_nothing(sns, topic, subscribe, outbox, cloud, refused):
    subscribe(PHONE, protocol="sms")
    cloud.sns.phones.opt_out(PHONE)

    sns.publish(TopicArn=topic, Message="hello")

    assert refused(sns.publish, PhoneNumber=PHONE, Message="hello")[0] == "OptedOut"
    assert outbox.to(PHONE) == []
    assert sns.check_if_phone_number_is_opted_out(phoneNumber=PHONE)["isOptedOut"] is True
    assert sns.list_phone_numbers_opted_out()["phoneNumbers"] == [PHONE]


def test_a_phone_may_opt_in_again(sns, outbox, cloud):
    cloud.sns.phones.opt_out(PHONE)
    cloud.sns.phones.opt_out(PHONE)

    sns.opt_in_phone_number(phoneNumber=PHONE)
    sns.opt_in_phone_number(phoneNumber=PHONE)
    sns.publish(PhoneNumber=PHONE, Message="hello")

    assert len(outbox.to(PHONE)) == 1
    assert sns.check_if_phone_number_is_opted_out(phoneNumber=PHONE)["isOptedOut"] is False


def test_a_number_that_is_none_is_not_opted_in(sns, refused):
    answer = refused(sns.opt_in_phone_number, phoneNumber="none")

    assert answer == (
        "InvalidParameter",
        "Invalid parameter: PhoneNumber Reason: none is not valid to publish to",
        400,
    )


def test_settings_of_text_messages_are_kept(sns, refused):
    sns.set_sms_attributes(attributes={"DefaultSMSType": "Transactional", "DefaultSenderID": "shop"})

    assert sns.get_sms_attributes()["attributes"] == {
        "DefaultSMSType": "Transactional",
        "DefaultSenderID": "shop",
    }
    assert sns.get_sms_attributes(attributes=["DefaultSenderID"])["attributes"] == {"DefaultSenderID": "shop"}
    assert refused(sns.set_sms_attributes, attributes={"Colour": "red"})[0] == "InvalidParameter"


def test_a_device_gets_the_text_of_its_platform(sns, device, outbox):
    message = json.dumps({"default": "for all", "GCM": '{"notification": {}}'})

    sns.publish(TargetArn=device, Message=message, MessageStructure="json")

    (sent,) = outbox.to(device)
    assert (sent.protocol, sent.body) == ("application", '{"notification": {}}')


def test_a_subscribed_device_gets_messages(sns, topic, subscribe, device, outbox):
    subscribe(device, protocol="application")

    sns.publish(TopicArn=topic, Message="hello")

    assert [sent.body for sent in outbox.to(device)] == ["hello"]


def test_a_disabled_device_gets_nothing(sns, topic, subscribe, device, outbox, refused):
    subscribe(device, protocol="application")
    sns.set_endpoint_attributes(EndpointArn=device, Attributes={"Enabled": "false"})

    sns.publish(TopicArn=topic, Message="hello")

    assert refused(sns.publish, TargetArn=device, Message="hello") == (
        "EndpointDisabled",
        "Endpoint is disabled",
        400,
    )
    assert outbox.sent == []


def test_a_device_that_is_gone_gets_nothing(sns, topic, subscribe, device, outbox, refused):
    subscribe(device, protocol="application")
    sns.delete_endpoint(EndpointArn=device)

    sns.publish(TopicArn=topic, Message="hello")

    assert refused(sns.publish, TargetArn=device, Message="hello") == (
        "InvalidParameter",
        "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified",
        400,
    )
    assert outbox.sent == []


def test_applications_and_devices_are_listed(sns, application, device):
    (listed,) = sns.list_platform_applications()["PlatformApplications"]
    (endpoint,) = sns.list_endpoints_by_platform_application(PlatformApplicationArn=application)["Endpoints"]

    assert listed == {"PlatformApplicationArn": application, "Attributes": {"Enabled": "true"}}
    assert endpoint == {"EndpointArn": device, "Attributes": {"Enabled": "true", "Token": "t1"}}


def test_attributes_of_applications_and_devices_can_be_set(sns, application, device):
    sns.set_platform_application_attributes(
        PlatformApplicationArn=application, Attributes={"SuccessFeedbackSampleRate": "5"}
    )
    sns.set_endpoint_attributes(EndpointArn=device, Attributes={"CustomUserData": "u"})

    shown = sns.get_platform_application_attributes(PlatformApplicationArn=application)["Attributes"]
    assert shown["SuccessFeedbackSampleRate"] == "5"
    assert sns.get_endpoint_attributes(EndpointArn=device)["Attributes"]["CustomUserData"] == "u"


def test_a_token_has_one_device(sns, application, device, refused):
    again = sns.create_platform_endpoint(PlatformApplicationArn=application, Token="t1")["EndpointArn"]

    assert again == device
    assert refused(
        sns.create_platform_endpoint,
        PlatformApplicationArn=application,
        Token="t1",
        CustomUserData="other",
    ) == (
        "InvalidParameter",
        f"Invalid parameter: Token Reason: Endpoint {device} already exists with the same Token, but different "
        "attributes.",
        400,
    )


def test_a_deleted_application_is_gone_with_its_devices(sns, application, device, refused):
    sns.delete_platform_application(PlatformApplicationArn=application)

    assert refused(sns.get_endpoint_attributes, EndpointArn=device) == (
        "NotFound",
        "Endpoint does not exist",
        404,
    )
    assert refused(sns.get_platform_application_attributes, PlatformApplicationArn=application) == (
        "NotFound",
        "PlatformApplication does not exist",
        404,
    )


def test_an_application_is_of_a_platform(sns, refused):
    answer = refused(
        sns.create_platform_application,
        Name="shop",
        Platform="FAX",
        Attributes={"PlatformCredential": "secret"},
    )

    assert answer == ("InvalidParameter", "Invalid parameter: Platform Reason: FAX is not supported", 400)
