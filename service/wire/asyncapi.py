"""The AsyncAPI 3 document of the websocket protocols, made from the message types themselves."""

from collections.abc import Sequence
from typing import cast, get_args

import msgspec

from service.wire import courier_stream, watcher_stream
from service.wire.close_codes import ADVICE
from service.wire.examples import EXAMPLES

Json = dict[str, object]

_CHANNELS: Sequence[tuple[str, str, str, object, object]] = (
    (
        "courier",
        "/v1/courier",
        "Couriers: go online, report positions, answer offers, work through a route.",
        courier_stream.ClientMessage,
        courier_stream.ServerMessage,
    ),
    (
        "merchant",
        "/v1/stream",
        "Merchants: every event of one's own jobs, resumable, and where their couriers are.",
        watcher_stream.MerchantClientMessage,
        watcher_stream.MerchantMessage,
    ),
    (
        "ops",
        "/v1/ops/feed",
        "Ops: everything that happens in a market, each tick, and the part of the map in view.",
        watcher_stream.OpsClientMessage,
        watcher_stream.OpsMessage,
    ),
)

_QUERY: Json = {
    "type": "object",
    "properties": {
        "ticket": {
            "type": "string",
            "description": "one-time ticket, for whoever cannot send `Authorization: Bearer KEY`",
        }
    },
}


def asyncapi(*, version: str) -> Json:
    """Return the document as plain data, ready for JSON."""
    types = {type_ for *_, up, down in _CHANNELS for type_ in (*_members(up), *_members(down))}
    ordered = sorted(types, key=lambda type_: type_.__name__)
    _, schemas = msgspec.json.schema_components(
        ordered, schema_hook=_anything, ref_template="#/components/schemas/{name}"
    )
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Hexhaul live protocol",
            "version": version,
            "description": _description(),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {
            name: {
                "address": address,
                "description": description,
                "bindings": {"ws": {"method": "GET", "query": _QUERY}},
                "messages": {
                    type_.__name__: {"$ref": f"#/components/messages/{type_.__name__}"}
                    for type_ in (*_members(up), *_members(down))
                },
            }
            for name, address, description, up, down in _CHANNELS
        },
        "operations": {
            key: operation
            for name, _, _, up, down in _CHANNELS
            for key, operation in (
                (f"{name}Sends", _operation(name, "receive", _members(up))),
                (f"{name}Receives", _operation(name, "send", _members(down))),
            )
        },
        "components": {
            "messages": {type_.__name__: _message(type_) for type_ in ordered},
            "schemas": _plain(schemas),
        },
    }


def _plain(node: object) -> object:
    """Return a schema with each discriminator as AsyncAPI has it: a name, without a mapping."""
    if isinstance(node, list):
        return [_plain(item) for item in cast("list[object]", node)]
    if not isinstance(node, dict):
        return node
    schema = {key: _plain(value) for key, value in cast("Json", node).items()}
    match schema.get("discriminator"):
        case {"propertyName": str(name)}:
            return {**schema, "discriminator": name}
        case _:
            return schema


def _anything(type_: type) -> Json:
    """Return the schema of a value whose shape is a record's own business."""
    assert type_ is object
    return {"description": "any JSON value"}


def _members(union: object) -> tuple[type[msgspec.Struct], ...]:
    return get_args(union) or (union,)  # pyright: ignore[reportReturnType]  # a union of structs


def _operation(channel: str, action: str, types: Sequence[type[msgspec.Struct]]) -> Json:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{t.__name__}"} for t in types],
    }


def _message(type_: type[msgspec.Struct]) -> Json:
    return {
        "name": type_.__struct_config__.tag,
        "title": type_.__name__,
        "summary": (type_.__doc__ or "").strip().splitlines()[0] if type_.__doc__ else "",
        "payload": {"$ref": f"#/components/schemas/{type_.__name__}"},
        **({"examples": [{"payload": example}]} if (example := EXAMPLES.get(type_)) else {}),
    }


def _description() -> str:
    codes = "\n".join(f"- {code.value}: {advice}" for code, advice in ADVICE.items())
    return (
        "JSON text frames, one message each, at most 16 KiB. Latitude before longitude, WGS84 "
        "degrees; instants are RFC 3339 in UTC; durations end in `_ms` or `_s`; money is in minor "
        "units. The client's first message is `resume`. Messages and fields that a client does not "
        "know are to be ignored; a `seq` among them counts.\n\nClose codes:\n" + codes
    )
