"""PynamoDB's models on DynamoDB. The models live longer than a mock, as an application's do."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    DiscriminatorAttribute,
    JSONAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    NumberSetAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
    VersionAttribute,
)
from pynamodb.connection import Connection
from pynamodb.exceptions import (
    DeleteError,
    DoesNotExist,
    PutError,
    TransactGetError,
    TransactWriteError,
    UpdateError,
)
from pynamodb.indexes import (
    AllProjection,
    GlobalSecondaryIndex,
    IncludeProjection,
    KeysOnlyProjection,
    LocalSecondaryIndex,
)
from pynamodb.models import Model
from pynamodb.transactions import TransactGet, TransactWrite

REGION = "us-east-1"


class ByCity(GlobalSecondaryIndex):
    class Meta:
        index_name = "by-city"
        projection = IncludeProjection(["total"])

    city = UnicodeAttribute(hash_key=True)
    placed_at = UTCDateTimeAttribute(range_key=True)


class ByTotal(LocalSecondaryIndex):
    class Meta:
        index_name = "by-total"
        projection = AllProjection()

    customer = UnicodeAttribute(hash_key=True)
    total = NumberAttribute(range_key=True)


class ByState(GlobalSecondaryIndex):
    class Meta:
        index_name = "by-state"
        projection = KeysOnlyProjection()

    state = UnicodeAttribute(hash_key=True)


class Address(MapAttribute):
    street = UnicodeAttribute()
    floor = NumberAttribute(null=True)


class Order(Model):
    class Meta:
        table_name = "orders"
        region = REGION
        billing_mode = "PAY_PER_REQUEST"

    customer = UnicodeAttribute(hash_key=True)
    number = NumberAttribute(range_key=True)
    city = UnicodeAttribute(null=True)
    placed_at = UTCDateTimeAttribute(null=True)
    total = NumberAttribute(null=True)
    state = UnicodeAttribute(null=True)
    address = Address(null=True)
    lines = ListAttribute(default=list)
    tags = UnicodeSetAttribute(null=True)
    sizes = NumberSetAttribute(null=True)
    photo = BinaryAttribute(null=True, legacy_encoding=False)
    is_gift = BooleanAttribute(default=False)
    notes = JSONAttribute(null=True)

    by_city = ByCity()
    by_total = ByTotal()
    by_state = ByState()


class Account(Model):
    class Meta:
        table_name = "accounts"
        region = REGION
        read_capacity_units = 10
        write_capacity_units = 10

    name = UnicodeAttribute(hash_key=True)
    balance = NumberAttribute(default=0)
    version = VersionAttribute()


class Session(Model):
    class Meta:
        table_name = "sessions"
        region = REGION
        billing_mode = "PAY_PER_REQUEST"

    token = UnicodeAttribute(hash_key=True)
    expires_at = TTLAttribute(default_for_new=timedelta(hours=1))


class Animal(Model):
    class Meta:
        table_name = "animals"
        region = REGION
        billing_mode = "PAY_PER_REQUEST"

    name = UnicodeAttribute(hash_key=True)
    kind = DiscriminatorAttribute()


class Dog(Animal, discriminator="dog"):
    tricks = ListAttribute(default=list)


class Cat(Animal, discriminator="cat"):
    lives = NumberAttribute(default=9)


@pytest.fixture
def orders(cloud):
    Order.create_table(wait=True)


@pytest.fixture
def accounts(cloud):
    Account.create_table(wait=True)
    Account("ann", balance=100).save()
    Account("bob", balance=10).save()


@pytest.fixture
def filled(orders):
    """Five orders of ann's, two of bob's."""
    with Order.batch_write() as batch:
        for number in range(5):
            city = ["Bonn", "Ulm"][number % 2]
            batch.save(
                Order(
                    "ann",
                    number,
                    city=city,
                    total=50 - number,
                    placed_at=day(number),
                    state="open",
                    tags={"a"},
                )
            )
        batch.save(Order("bob", 1, city="Bonn", total=7, placed_at=day(9)))
        batch.save(Order("bob", 2, is_gift=True))


def day(number):
    return datetime(2026, 1, 1 + number, tzinfo=timezone.utc)


def numbers(orders):
    return [order.number for order in orders]


def test_a_table_is_described_as_the_model_says(dynamodb, orders):
    table = dynamodb.describe_table(TableName="orders")["Table"]

    indexes = [*table["GlobalSecondaryIndexes"], *table["LocalSecondaryIndexes"]]
    assert {index["IndexName"]: index["Projection"]["ProjectionType"] for index in indexes} == {
        "by-city": "INCLUDE",
        "by-state": "KEYS_ONLY",
        "by-total": "ALL",
    }
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_a_table_exists_until_it_is_deleted(orders):
    assert Order.exists()
    Order.delete_table()
    assert not Order.exists()


def test_a_model_comes_back_as_it_was_saved(orders):
    saved = Order(
        "ann",
        1,
        city="Bonn",
        placed_at=day(1),
        total=12.5,
        address=Address(street="Am Hof", floor=3),
        lines=["pen", 2, {"colour": "red"}, None],
        tags={"new", "paid"},
        sizes={1, 2.5},
        photo=b"\x00\xff",
        is_gift=True,
        notes={"any": ["json", 1]},
    )
    saved.save()

    loaded = Order.get("ann", 1, consistent_read=True)
    assert loaded.attribute_values.keys() == saved.attribute_values.keys()
    assert in_order(loaded.serialize()) == in_order(saved.serialize())


def in_order(attributes):
    """PynamoDB writes a set in Python's order, which is not the same for equal sets."""
    return {
        name: {tag: sorted(payload) if tag in ("SS", "NS") else payload for tag, payload in value.items()}
        for name, value in attributes.items()
    }


def test_what_is_not_there_does_not_exist(orders):
    with pytest.raises(DoesNotExist):
        Order.get("ann", 1)


def test_a_model_is_refreshed(orders):
    first = Order("ann", 1, total=1)
    first.save()
    Order("ann", 1, total=2).save()

    first.refresh()
    assert first.total == 2


def test_actions_update_a_model_and_its_copy_here(orders):
    order = Order(
        "ann", 1, total=10, lines=["a"], tags={"x", "y"}, sizes={1}, address=Address(street="old", floor=1)
    )
    order.save()

    order.update(
        actions=[
            Order.total.set(Order.total + 5),
            Order.lines.set(Order.lines.append(["b"])),
            Order.tags.delete({"x"}),
            Order.sizes.add({2}),
            Order.address.street.set("new"),
            Order.address.floor.remove(),
            Order.city.set(Order.city | "Bonn"),
        ]
    )

    stored = Order.get("ann", 1)
    assert stored.serialize() == order.serialize()
    assert (stored.total, stored.lines, stored.tags, stored.sizes) == (15, ["a", "b"], {"y"}, {1, 2})
    assert (stored.address.street, stored.address.floor, stored.city) == ("new", None, "Bonn")


def test_a_list_grows_at_its_front_and_by_index(orders):
    order = Order("ann", 1, lines=["b"])
    order.save()

    order.update(actions=[Order.lines.set(Order.lines.prepend(["a"]))])
    order.update(actions=[Order.lines[1].set("changed")])

    assert Order.get("ann", 1).lines == ["a", "changed"]


def test_a_counter_begins_where_there_is_none(orders):
    order = Order("ann", 1)
    for _ in range(3):
        order.update(actions=[Order.total.add(2)])

    assert Order.get("ann", 1).total == 6


@pytest.mark.parametrize(
    "condition",
    [
        lambda: ~Order.number.exists(),
        lambda: Order.total > 50,
        lambda: (Order.total < 50) & (Order.city == "Ulm"),
        lambda: ~(Order.total.between(1, 50)),
        lambda: Order.city.is_in("Ulm", "Köln"),
        lambda: Order.city.startswith("U"),
        lambda: Order.tags.contains("b"),
        lambda: (Order.photo.exists()) | (Order.total != 50),
    ],
)
def test_a_false_condition_refuses_every_kind_of_write(filled, condition):
    order = Order.get("ann", 0)

    with pytest.raises(PutError) as put:
        order.save(condition())
    with pytest.raises(UpdateError) as update:
        order.update(actions=[Order.total.set(0)], condition=condition())
    with pytest.raises(DeleteError) as delete:
        order.delete(condition())

    causes = [failed.value.cause_response_code for failed in (put, update, delete)]
    assert causes == ["ConditionalCheckFailedException"] * 3
    assert Order.get("ann", 0).total == 50


def test_a_true_condition_lets_a_write_through(filled):
    order = Order.get("ann", 0)
    order.update(
        actions=[Order.state.set("paid")],
        condition=(Order.total == 50)
        & Order.tags.contains("a")
        & (Order.tags == {"a"})
        & Order.photo.does_not_exist(),
    )
    order.delete(Order.state == "paid")

    assert Order.count("ann") == 4


def test_queries_take_ranges_order_limits_and_filters(filled):
    assert numbers(Order.query("ann")) == [0, 1, 2, 3, 4]
    assert numbers(Order.query("ann", Order.number.between(1, 3), scan_index_forward=False)) == [3, 2, 1]
    assert numbers(Order.query("ann", Order.number > 1, filter_condition=Order.city == "Bonn")) == [2, 4]
    assert numbers(Order.query("ann", limit=2)) == [0, 1]
    assert Order.count("ann", Order.number <= 2) == 3


def test_a_query_goes_on_from_page_to_page(filled):
    first = Order.query("ann", limit=2, page_size=2)
    assert numbers(first) == [0, 1]
    rest = Order.query("ann", last_evaluated_key=first.last_evaluated_key, page_size=2)

    assert numbers(rest) == [2, 3, 4]
    assert rest.total_count == 3


def test_a_query_loads_the_attributes_it_is_asked_for(filled):
    (order,) = Order.query("ann", Order.number == 1, attributes_to_get=["city"])

    assert (order.city, order.total) == ("Ulm", None)


def test_scans_read_all_also_in_segments(filled):
    assert len(list(Order.scan())) == 7
    assert numbers(Order.scan(Order.is_gift == True)) == [2]  # noqa: E712 - PynamoDB's way to say it
    found = [
        (order.customer, order.number)
        for segment in range(3)
        for order in Order.scan(segment=segment, total_segments=3)
    ]
    assert sorted(found) == [*(("ann", number) for number in range(5)), ("bob", 1), ("bob", 2)]


def test_a_global_index_finds_by_its_own_keys(filled):
    found = Order.by_city.query("Bonn", ByCity.placed_at >= day(2))
    assert [(order.customer, order.number, order.total) for order in found] == [
        ("ann", 2, 48),
        ("ann", 4, 46),
        ("bob", 1, 7),
    ]
    assert Order.by_state.count("open") == 5


def test_a_local_index_sorts_by_another_attribute(filled):
    found = Order.by_total.query("ann", ByTotal.total > 46, consistent_read=True)

    assert [(order.total, order.city) for order in found] == [
        (47, "Ulm"),
        (48, "Bonn"),
        (49, "Ulm"),
        (50, "Bonn"),
    ]


def test_an_index_is_scanned(filled):
    assert len(list(Order.by_city.scan())) == 6


def test_batches_write_delete_and_get_any_number(orders):
    with Order.batch_write(auto_commit=True) as batch:
        for number in range(120):
            batch.save(Order("ann", number))
    with Order.batch_write() as batch:
        for number in range(0, 120, 2):
            batch.delete(Order("ann", number))

    found = Order.batch_get([("ann", number) for number in range(120)])
    assert sorted(numbers(found)) == list(range(1, 120, 2))


def test_a_version_attribute_refuses_who_comes_late(accounts):
    mine, theirs = Account.get("ann"), Account.get("ann")
    theirs.balance = 1
    theirs.save()

    mine.balance = 2
    with pytest.raises(PutError) as refused:
        mine.save()
    with pytest.raises(UpdateError):
        mine.update(actions=[Account.balance.set(3)])
    with pytest.raises(DeleteError):
        mine.delete()

    assert refused.value.cause_response_code == "ConditionalCheckFailedException"
    assert (Account.get("ann").balance, Account.get("ann").version) == (1, 2)


def test_a_version_counts_saves_and_updates(accounts):
    account = Account.get("ann")
    account.update(actions=[Account.balance.add(1)])
    account.save()

    assert (account.version, Account.get("ann").version) == (3, 3)


def transfer(amount):
    with TransactWrite(connection=Connection(region=REGION)) as transaction:
        transaction.update(
            Account("ann", version=1),
            actions=[Account.balance.add(-amount)],
            condition=Account.balance >= amount,
        )
        transaction.update(Account("bob", version=1), actions=[Account.balance.add(amount)])
        transaction.save(Account("log", balance=amount))


def balances():
    return {account.name: account.balance for account in Account.scan()}


def test_a_transaction_writes_all(accounts):
    transfer(30)

    assert balances() == {"ann": 70, "bob": 40, "log": 30}


def test_a_transaction_that_fails_writes_nothing_and_says_why(accounts):
    with pytest.raises(TransactWriteError) as failed:
        transfer(101)

    assert balances() == {"ann": 100, "bob": 10}
    assert failed.value.cause_response_code == "TransactionCanceledException"
    # PynamoDB sends what is saved before what is updated.
    reasons = failed.value.cancellation_reasons
    assert [reason and reason.code for reason in reasons] == [None, "ConditionalCheckFailed", None]


def test_a_transaction_checks_and_deletes(accounts):
    with TransactWrite(connection=Connection(region=REGION)) as transaction:
        transaction.condition_check(Account, "ann", condition=Account.balance.exists())
        transaction.delete(Account("bob", version=1))

    assert balances() == {"ann": 100}


def test_a_transaction_reads_several_models(accounts, orders):
    Order("ann", 1, total=5).save()

    with TransactGet(connection=Connection(region=REGION)) as transaction:
        account = transaction.get(Account, "ann")
        order = transaction.get(Order, "ann", 1)
        missing = transaction.get(Account, "nobody")

    assert (account.get().balance, order.get().total) == (100, 5)
    with pytest.raises(DoesNotExist):
        missing.get()


def test_a_transaction_on_a_missing_table_cannot_be_read(accounts):
    with (
        pytest.raises(TransactGetError) as failed,
        TransactGet(connection=Connection(region=REGION)) as transaction,
    ):
        transaction.get(Order, "ann", 1)
    assert failed.value.cause_response_code == "ResourceNotFoundException"


@pytest.mark.serverless(freeze_time="2026-01-01")
def test_what_has_a_ttl_attribute_expires(cloud):
    Session.create_table(wait=True)
    Session("a").save()
    Session("b", expires_at=timedelta(days=2)).save()

    cloud.clock.advance(hours=2)

    assert [session.token for session in Session.scan()] == ["b"]


def test_a_ttl_attribute_turns_time_to_live_on(dynamodb):
    Session.create_table(wait=True)

    described = dynamodb.describe_time_to_live(TableName="sessions")["TimeToLiveDescription"]
    assert described == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}


def test_a_discriminator_tells_the_classes_of_a_table_apart(cloud):
    Animal.create_table(wait=True)
    Dog("Rex", tricks=["sit"]).save()
    Cat("Tom").save()

    assert {type(animal): animal.name for animal in Animal.scan()} == {Dog: "Rex", Cat: "Tom"}
    assert [cat.lives for cat in Cat.scan()] == [9]
    assert Dog.get("Rex").tricks == ["sit"]
