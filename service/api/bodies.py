"""Request bodies: declared as JSON, decoded strictly and in one pass, refused with a pointer."""

import re
from collections.abc import Callable
from functools import cache
from typing import TypeVar

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.exceptions import InternalServerException
from litestar.handlers import BaseRouteHandler

from service.api.callers import Caller
from service.api.doorkeeper import Connection
from service.api.errors import ClientGoneError, UnsupportedMediaTypeError
from service.domain.errors import InvalidParamsError

T = TypeVar("T")

_PLACE = re.compile(r" - at `(?:key in )?\$(.*)`$")
_NAMED = re.compile(r"(?:missing required|contains unknown) field `(\w+)`")


class StrictRequest(Request[object, Caller, State]):
    """A request whose JSON is decoded as what its handler asks for.

    The framework would decode it to plain data first and convert that loosely: "1" for 1, and an
    error for wrong UTF-8 or a deep nest that nobody catches.
    """

    async def body(self) -> bytes:
        """Return the body.

        Raises:
            ClientGoneError: it never came whole; the framework would call that a fault of ours.
        """
        try:
            return await super().body()
        except InternalServerException as error:
            raise ClientGoneError from error

    async def json(self) -> object:
        """Return the body as the type of the handler's `data`.

        Raises:
            InvalidParamsError: it is not JSON, or not of that type; with a pointer to the place.
        """
        wanted = self.route_handler.parsed_fn_signature.parameters["data"].annotation
        try:
            return _decoder_of(wanted)(await self.body())
        except msgspec.ValidationError as error:
            detail = str(error)
            raise InvalidParamsError(
                _PLACE.sub("", detail), field=pointer_of(detail) or None
            ) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise InvalidParamsError("the body is not JSON") from None


@cache  # one per route
def _decoder_of(wanted: type[T]) -> Callable[[bytes], T]:
    return msgspec.json.Decoder(wanted).decode


def pointer_of(detail: str) -> str:
    """Return the JSON pointer (RFC 6901) of the place that msgspec complains about.

    A field that is missing or unknown is pointed to itself, not its parent.
    """
    place = _PLACE.search(detail)
    path = place[1].replace("[", ".").replace("]", "") if place else ""
    named = _NAMED.search(detail)
    return path.replace(".", "/") + (f"/{named[1]}" if named else "")


async def check_media_type(connection: Connection, handler: BaseRouteHandler) -> None:
    """Check that a body is said to be JSON: a browser sends others across origins unasked.

    Where one may be left out, no body need be said to be anything.

    Raises:
        UnsupportedMediaTypeError: it is said to be something else, or nothing.
    """
    wanted = handler.parsed_fn_signature.parameters.get("data")
    if wanted is None or (wanted.is_optional and _is_empty(connection)):
        return
    media_type = connection.headers.get("content-type", "").partition(";")[0]
    if media_type.strip().lower() != "application/json":
        raise UnsupportedMediaTypeError


def _is_empty(connection: Connection) -> bool:
    """Return whether the request says that it has no body (RFC 9112, 6.3)."""
    headers = connection.headers
    return headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers
