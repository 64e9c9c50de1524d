"""The values in a statement, as DynamoDB's attribute values."""

from __future__ import annotations

from collections.abc import Iterable

from skymock.services.dynamodb.errors import InvalidAttributeValue, ValidationException
from skymock.services.dynamodb.numbers import normalised
from skymock.services.dynamodb.partiql import nodes
from skymock.services.dynamodb.values import INVALID_PARAMETER, MAX_NESTING, AttributeValue, checked_value


def checked_parameters(parameters: Iterable[AttributeValue]) -> list[AttributeValue]:
    """A request's Parameters in AWS's form. AWS checks them before it reads the statement."""
    try:
        return [checked_value(parameter) for parameter in parameters]
    except InvalidAttributeValue as error:
        raise ValidationException(error.older_message) from None


def is_value(term: nodes.Term) -> bool:
    """Whether a term is a literal or a parameter, not read from an item."""
    return isinstance(term, nodes.Literal | nodes.Parameter | nodes.Sequence | nodes.Struct)


def value_of(term: nodes.Term, parameters: list[AttributeValue], place: str = "root") -> AttributeValue:
    """The value of a term that must be one. Raises ValidationException, naming the place in the value."""
    if isinstance(term, nodes.Parameter) and place == "root":
        return parameters[term.position]
    return _value(term, place, 0)


def _value(term: nodes.Term, place: str, depth: int) -> AttributeValue:
    if depth >= MAX_NESTING:
        raise ValidationException(f"Nesting Levels have exceeded supported limits under {place}")
    if isinstance(term, nodes.Literal):
        return _scalar(term, place)
    if isinstance(term, nodes.Sequence):
        if term.kind == "Bag":
            return _set(term, place)
        return {
            "L": [
                _value(element, f"{place}[{index}]", depth + 1) for index, element in enumerate(term.elements)
            ]
        }
    if isinstance(term, nodes.Struct):
        members = {}
        for name_term, member in term.members:
            name = _member_name(name_term, place)
            if name in members:
                raise ValidationException(f"Duplicate keys in tuple. Key: {name} under {place}")
            members[name] = _value(member, f"{place}.{name}", depth + 1)
        return {"M": members}
    kind = term.name if isinstance(term, nodes.Call) else nodes.TERM_NAMES[type(term)]
    raise ValidationException(f"Unsupported data type: {kind} under key {place} at {term.token.place}")


def _scalar(term: nodes.Literal, place: str) -> AttributeValue:
    if term.tag == "N":
        return {"N": _number(str(term.payload), place)}
    if term.tag == "MISSING":
        raise ValidationException("MISSING must be compared using IS operator")
    if term.tag == "ION":
        raise ValidationException(f"Ion Literals are not supported: {term.payload} under key {place}")
    return {term.tag: term.payload}


def _number(text: str, place: str) -> str:
    try:
        return normalised(text)
    except ValidationException as error:
        raise ValidationException(f"{error.message} under {place}") from None


def _set(term: nodes.Sequence, place: str) -> AttributeValue:
    if not term.elements:
        raise ValidationException("Empty bags are not supported")
    literals = [element for element in term.elements if isinstance(element, nodes.Literal)]
    tags = {literal.tag for literal in literals}
    if len(literals) != len(term.elements) or not tags <= {"S", "N"} or len(tags) != 1:
        raise ValidationException(
            "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags"
        )
    (tag,) = tags
    written = [str(literal.payload) for literal in literals]
    members = written if tag == "S" else [_number(text, place) for text in written]
    if len(set(members)) != len(members):
        where = "." if tag == "S" else f"! under {place}"
        raise ValidationException(
            f"{INVALID_PARAMETER}Input collection [{', '.join(written)}] contains duplicates{where}"
        )
    return {f"{tag}S": members}


def _member_name(term: nodes.Term, place: str) -> str:
    if isinstance(term, nodes.Literal) and term.tag == "S":
        return str(term.payload)
    kind = term.tag if isinstance(term, nodes.Literal) else nodes.TERM_NAMES[type(term)]
    raise ValidationException(f"Tuple keys must be of type String. Actual type: {kind} under {place}")


def item_of(term: nodes.Term, parameters: list[AttributeValue]) -> dict[str, AttributeValue]:
    """What INSERT puts: a struct's members, each of which may be a parameter."""
    if not isinstance(term, nodes.Struct):
        raise ValidationException(
            "Unsupported format in item expression. Please use struct format {...} to express item values "
            "for insert statement."
        )
    item: dict[str, AttributeValue] = {}
    for name_term, member in term.members:
        name = _member_name(name_term, "root")
        if name in item:
            raise ValidationException(f"Duplicate keys in tuple. Key: {name} under root")
        item[name] = value_of(member, parameters)
    return item
