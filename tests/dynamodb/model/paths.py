"""Document paths of the model, and projections, which are a number of them."""

from __future__ import annotations

from .values import tag_of


class Placeholders:
    """The names and values of one request's expressions."""

    def __init__(self):
        self.names = {}
        self.values = {}

    def name(self, name):
        placeholder = f"#{name}"
        self.names[placeholder] = name
        return placeholder

    def value(self, value):
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = value
        return placeholder

    def parameters(self):
        parameters = {}
        if self.names:
            parameters["ExpressionAttributeNames"] = self.names
        if self.values:
            parameters["ExpressionAttributeValues"] = self.values
        return parameters


class Path:
    """elements: a name, then names and list indexes. is_aliased: whether its names stand behind placeholders."""

    def __init__(self, elements, is_aliased=False):
        self.elements = tuple(elements)
        self.is_aliased = is_aliased

    def __repr__(self):
        return f"Path({self.elements})"

    @property
    def top(self):
        return self.elements[0]

    def text(self, placeholders):
        text = ""
        for element in self.elements:
            if isinstance(element, int):
                text += f"[{element}]"
            else:
                text += "." + (placeholders.name(element) if self.is_aliased else element)
        return text[1:]

    def read(self, item):
        value = {"M": item}
        for element in self.elements:
            value = child(value, element)
            if value is None:
                return None
        return value


def child(value, element):
    ((tag, payload),) = value.items()
    if isinstance(element, int):
        return payload[element] if tag == "L" and element < len(payload) else None
    return payload.get(element) if tag == "M" else None


def meet(paths):
    """Whether of two paths one begins with the other, or they make one place both a map and a list."""
    for index, path in enumerate(paths):
        for other in paths[:index]:
            differing = [
                (one, two)
                for one, two in zip(path.elements, other.elements, strict=False)
                if one != two or type(one) is not type(two)
            ]
            if not differing or isinstance(differing[0][0], int) != isinstance(differing[0][1], int):
                return True
    return False


class Projection:
    def __init__(self, paths):
        self.paths = paths

    def text(self, placeholders):
        return ", ".join(path.text(placeholders) for path in self.paths)

    def is_refused(self):
        return meet(self.paths)

    def of(self, item):
        """What of an item lies on the paths; elements of lists keep their order and close ranks."""
        kept = _kept({"M": item}, [path.elements for path in self.paths])
        return {} if kept is None else kept["M"]


def _kept(value, tails):
    if () in tails:
        return value
    tag = tag_of(value)
    heads = dict.fromkeys(tail[0] for tail in tails)
    parts = {}
    for head in heads:
        inner = child(value, head)
        part = None if inner is None else _kept(inner, [tail[1:] for tail in tails if tail[0] == head])
        if part is not None:
            parts[head] = part
    if not parts:
        return None
    return {tag: [parts[head] for head in sorted(parts)]} if tag == "L" else {tag: parts}
