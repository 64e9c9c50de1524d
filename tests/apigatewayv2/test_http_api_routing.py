"""Which route takes a request, by API Gateway's documented priority."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skymock.services.apigatewayv2.route import Route
from skymock.services.apigatewayv2.routing import RouteTable

PETS = ("GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default")


def table(*route_keys):
    return RouteTable([Route(key, key) for key in route_keys])


def taken_by(routes, method, path):
    match = routes.match(method, path)
    return None if match is None else (match.route.route_key, match.path_parameters)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        # The developer guide's own example.
        ("GET", "/pets/dog/1", ("GET /pets/dog/1", {})),
        ("GET", "/pets/dog/2", ("GET /pets/dog/{id}", {"id": "2"})),
        ("GET", "/pets/cat/1", ("GET /pets/{proxy+}", {"proxy": "cat/1"})),
        ("POST", "/test/5", ("ANY /{proxy+}", {"proxy": "test/5"})),
        # The method decides before the path does.
        ("POST", "/pets/dog/1", ("ANY /{proxy+}", {"proxy": "pets/dog/1"})),
        # A greedy variable stands for something.
        ("GET", "/", ("$default", {})),
    ],
)
def test_the_best_match_wins(method, path, expected):
    assert taken_by(table(*PETS), method, path) == expected


def test_a_method_wins_over_any():
    routes = table("ANY /pets", "GET /pets")

    assert taken_by(routes, "GET", "/pets") == ("GET /pets", {})
    assert taken_by(routes, "PUT", "/pets") == ("ANY /pets", {})


def test_a_full_match_with_variables_wins_over_a_longer_greedy_one():
    routes = table("GET /{kind}/{id}", "GET /pets/{proxy+}")

    assert taken_by(routes, "GET", "/pets/1") == ("GET /{kind}/{id}", {"kind": "pets", "id": "1"})


def test_a_text_that_leads_nowhere_gives_way_to_a_variable():
    routes = table("GET /pets/dog/age", "GET /pets/{id}/name")

    assert taken_by(routes, "GET", "/pets/dog/name") == ("GET /pets/{id}/name", {"id": "dog"})


def test_a_slash_at_the_end_is_another_path():
    assert taken_by(table("GET /pets", "GET /pets/{id}", "GET /pets/{all+}"), "GET", "/pets/") is None


def test_the_root_is_a_path_of_its_own():
    assert taken_by(table("GET /"), "GET", "/") == ("GET /", {})


def test_nothing_matches_without_a_route():
    assert taken_by(table("GET /pets"), "GET", "/dogs") is None


def test_path_variables_are_decoded_and_may_hold_slashes():
    routes = table("GET /files/{name}")

    assert taken_by(routes, "GET", "/files/a%2Fb%20c") == ("GET /files/{name}", {"name": "a/b c"})


def test_routes_with_differently_named_variables_share_a_prefix():
    routes = table("GET /pets/{id}", "GET /pets/{pet}/age")

    assert taken_by(routes, "GET", "/pets/7/age") == ("GET /pets/{pet}/age", {"pet": "7"})


PARTS = st.text(min_size=1, max_size=8)


@given(first=PARTS, second=PARTS)
def test_any_text_passes_through_path_variables(first, second):
    path = f"/{quote(first, safe='')}/x/{quote(second, safe='')}"

    assert taken_by(table("GET /{a}/x/{b}"), "GET", path) == (
        "GET /{a}/x/{b}",
        {"a": first, "b": second},
    )


@given(parts=st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=5), data=st.data())
def test_a_route_whose_texts_all_match_is_never_passed_over(parts, data):
    others = data.draw(st.lists(st.sampled_from(["{v}", "a", "b", "{p+}"]), max_size=4))
    path = "/".join(parts)
    other = [part for part in others if part != "{p+}"] + ["{p+}"]
    routes = table(f"GET /{'/'.join(other)}", f"GET /{path}")

    assert taken_by(routes, "GET", f"/{path}") == (f"GET /{path}", {})
