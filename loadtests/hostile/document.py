"""PURE. The OpenAPI document as plain data: operations, what each takes, and how it may answer."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias, cast

from msgspec import Struct

Json: TypeAlias = Mapping[str, object]

_METHODS = ("get", "post", "put", "delete", "patch")
_JSON_BODY = "application/json"
_REFERENCE = "#/components/schemas/"


class Parameter(Struct, frozen=True, kw_only=True):
    """`place` is path, query, header or cookie."""

    name: str
    place: str
    schema: Json
    is_required: bool


class Operation(Struct, frozen=True, kw_only=True):
    """One method of one path; `audience` is whom it is for, and `statuses` how it may answer."""

    id: str
    method: str
    path: str
    audience: str
    parameters: tuple[Parameter, ...]
    body: Json | None
    statuses: frozenset[int]

    def placed(self, place: str) -> tuple[Parameter, ...]:
        """Return the parameters of a place."""
        return tuple(one for one in self.parameters if one.place == place)


class Document(Struct, frozen=True, kw_only=True):
    operations: tuple[Operation, ...]
    schemas: Mapping[str, Json]

    def resolved(self, schema: Json) -> Json:
        """Return the schema, or the one that it refers to."""
        while "$ref" in schema:
            schema = self.schemas[str(schema["$ref"]).removeprefix(_REFERENCE)]
        return schema


def read_document(text: Json) -> Document:
    """Return what the document says, as far as it is needed to ask."""
    components = cast("Json", text["components"])
    return Document(
        operations=tuple(_operations(cast("Mapping[str, Json]", text["paths"]))),
        schemas=cast("Mapping[str, Json]", components["schemas"]),
    )


def _operations(paths: Mapping[str, Json]) -> Iterator[Operation]:
    for path, item in paths.items():
        for method in _METHODS:
            if method in item:
                yield _operation(path, method, cast("Json", item[method]))


def _operation(path: str, method: str, said: Json) -> Operation:
    content = cast("Json", cast("Json", said.get("requestBody", {})).get("content", {}))
    json_body = cast("Json", content.get(_JSON_BODY, {}))  # other bodies are none that we make up
    tags = cast("list[str]", said.get("tags", ["public"]))
    return Operation(
        id=str(said["operationId"]),
        method=method.upper(),
        path=path,
        audience=tags[0],
        parameters=tuple(map(_parameter, cast("list[Json]", said.get("parameters", [])))),
        body=cast("Json", json_body["schema"]) if json_body else None,
        statuses=frozenset(int(status) for status in cast("Json", said["responses"])),
    )


def _parameter(said: Json) -> Parameter:
    return Parameter(
        name=str(said["name"]),
        place=str(said["in"]),
        schema=cast("Json", said["schema"]),
        is_required=bool(said.get("required", False)),
    )
