"""PURE. The OpenAPI document as plain data: operations, what each takes, and how it may answer."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct, convert, field

Json: TypeAlias = Mapping[str, object]

_JSON_BODY = "application/json"
_REFERENCE = "#/components/schemas/"


class Parameter(Struct, frozen=True, kw_only=True):
    """`place` is path, query, header or cookie."""

    name: str
    place: str = field(name="in")
    schema: Json
    is_required: bool = field(name="required", default=False)


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


class _Media(Struct):
    schema: Json = {}


class _Body(Struct):
    content: Mapping[str, _Media]


class _Said(Struct, rename="camel"):
    """An operation as the document says it."""

    operation_id: str
    responses: Mapping[str, object]
    parameters: tuple[Parameter, ...] = ()
    request_body: _Body | None = None
    tags: tuple[str, ...] = ("public",)


class _Path(Struct):
    get: _Said | None = None
    post: _Said | None = None
    put: _Said | None = None
    delete: _Said | None = None
    patch: _Said | None = None

    def methods(self) -> Iterator[tuple[str, _Said]]:
        for method in self.__struct_fields__:
            said: _Said | None = getattr(self, method)
            if said is not None:
                yield method, said


class _Components(Struct):
    schemas: Mapping[str, Json]


class _Text(Struct):
    components: _Components
    paths: Mapping[str, _Path]


def read_document(text: object) -> Document:
    """Return what the document says, as far as it is needed to ask.

    Args:
        text: the document as JSON has it.

    Raises:
        msgspec.ValidationError: it is no OpenAPI document.
    """
    said = convert(text, _Text)
    return Document(
        operations=tuple(
            _operation(path, method, each)
            for path, item in said.paths.items()
            for method, each in item.methods()
        ),
        schemas=said.components.schemas,
    )


def _operation(path: str, method: str, said: _Said) -> Operation:
    asked = said.request_body
    json_body = None if asked is None else asked.content.get(_JSON_BODY)  # we make up no others
    return Operation(
        id=said.operation_id,
        method=method.upper(),
        path=path,
        audience=said.tags[0],
        parameters=said.parameters,
        body=None if json_body is None else json_body.schema,
        statuses=frozenset(map(int, said.responses)),
    )
