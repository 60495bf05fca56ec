"""Frames from clients, read: a message, one with a wrong value in it, or nothing we know."""

from collections.abc import Container

import msgspec
from msgspec import Struct

from service.wire.courier_stream import (
    ClientMessage,
    Ref,
    ReportPosition,
    decode_client_message,
    decode_position,
)
from service.wire.watcher_stream import WatcherMessage, decode_watcher_message

_COURIER_TAGS = frozenset(type_.__struct_config__.tag for type_ in ClientMessage.__args__)
_WATCHER_TAGS = frozenset(type_.__struct_config__.tag for type_ in WatcherMessage.__args__)
_MALFORMED = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class MalformedMessageError(Exception):
    """Not JSON, or not a message of this protocol: the client is broken, or no client of ours."""


class InvalidMessage(Struct, frozen=True, kw_only=True):
    """A message of a known type with a value that is missing or out of range."""

    detail: str
    ref: str | None


class _Outline(Struct, frozen=True, kw_only=True):
    type: str
    ref: Ref | None = None


_decode_outline = msgspec.json.Decoder(_Outline).decode


def read_client_message(text: str) -> ClientMessage | InvalidMessage:
    """Return what a courier's app says.

    Raises:
        MalformedMessageError: it is no message of the courier protocol.
    """
    try:
        return decode_client_message(text)
    except msgspec.ValidationError as error:
        return _invalid(text, str(error), tags=_COURIER_TAGS)
    except _MALFORMED as error:
        raise MalformedMessageError(type(error).__name__) from error


def read_position(text: str) -> ReportPosition | None:
    """Return the position that a courier's app reports; None when it says anything else."""
    try:
        return decode_position(text)
    except _MALFORMED:
        return None


def read_watcher_message(text: str) -> WatcherMessage | InvalidMessage:
    """Return what a watcher says.

    Raises:
        MalformedMessageError: it is no message of a watcher.
    """
    try:
        return decode_watcher_message(text)
    except msgspec.ValidationError as error:
        return _invalid(text, str(error), tags=_WATCHER_TAGS)
    except _MALFORMED as error:
        raise MalformedMessageError(type(error).__name__) from error


def _invalid(text: str, detail: str, *, tags: Container[object]) -> InvalidMessage:
    try:
        outline = _decode_outline(text)
    except _MALFORMED as error:
        raise MalformedMessageError(type(error).__name__) from error
    if outline.type not in tags:
        raise MalformedMessageError("an unknown type")
    return InvalidMessage(detail=detail, ref=outline.ref)
