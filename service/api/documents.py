"""The documents of the interfaces: OpenAPI with a page to try it, AsyncAPI for the sockets."""

from importlib.metadata import version
from importlib.resources import files

import msgspec
from litestar import Response, Router, get
from litestar._openapi.schema_generation import SchemaCreator
from litestar._openapi.schema_generation.plugins.struct import StructSchemaPlugin
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin
from litestar.openapi.spec import Components, License, Schema, SecurityScheme
from litestar.params import FromPath
from litestar.typing import FieldDefinition

from service.api import cookies
from service.api.callers import Audience
from service.api.doorkeeper import Connection
from service.api.errors import AnyRequest
from service.wire.asyncapi import asyncapi

VERSION = version("hexhaul")
SECURITY_SCHEME = "key"
CONSOLE_SCHEME = "console"

_STATIC = files("service") / "web" / "static"
_VENDOR = _STATIC / "vendor" / "swagger-ui-dist"

# name in the URL -> (file, media type); nothing else is served
_ASSETS = {
    "schema.js": (_STATIC / "schema.js", "text/javascript"),
    "swagger-ui.css": (_VENDOR / "swagger-ui.css", "text/css"),
    "swagger-ui-bundle.js": (_VENDOR / "swagger-ui-bundle.js", "text/javascript"),
}

_PAGE = b"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hexhaul API</title>
<link rel="stylesheet" href="/schema/assets/swagger-ui.css">
</head>
<body>
<div id="schema"></div>
<script src="/schema/assets/swagger-ui-bundle.js"></script>
<script src="/schema/assets/schema.js"></script>
</body>
</html>
"""
_PAGE_WITHOUT_VENDOR = b"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Hexhaul API</title></head>
<body>
<h1>Hexhaul API</h1>
<p>The page to try the API is missing from this installation: its files are fetched when the
package is built. The documents themselves are here:</p>
<ul>
<li><a href="/schema/openapi.json">OpenAPI</a>, the REST interface</li>
<li><a href="/schema/asyncapi.json">AsyncAPI</a>, the websockets</li>
</ul>
</body>
</html>
"""

_DESCRIPTION = """\
Post same-day jobs, follow them, and run a market. Latitude before longitude, WGS84 degrees; \
instants are RFC 3339 in UTC; durations end in `_s` or `_ms`; money is in minor units.

Errors are RFC 9457 problems with a stable `code`. Lists are pages: hand `next_cursor` back as \
`cursor`. An operator of several markets says in the header `Hexhaul-Market` which one a request \
is about. The websockets are described at `/schema/asyncapi.json`."""


def security_of(audience: Audience) -> list[dict[str, list[str]]]:
    """Return the ways in of an audience's routes, each of which will do."""
    if audience in (Audience.PUBLIC, Audience.RECIPIENT):
        return []
    ways = [SECURITY_SCHEME, CONSOLE_SCHEME] if audience is Audience.OPS else [SECURITY_SCHEME]
    return [{way: []} for way in ways]


class ClosedStructs(StructSchemaPlugin):
    """Structs as the framework describes them, and closed where they refuse unknown fields.

    The framework leaves that out, and its own description can only be had from within it.
    """

    def to_openapi_schema(
        self, field_definition: FieldDefinition, schema_creator: SchemaCreator
    ) -> Schema:
        """Return the schema of a struct."""
        schema = super().to_openapi_schema(field_definition, schema_creator)
        if field_definition.type_.__struct_config__.forbid_unknown_fields:
            schema.additional_properties = False
        return schema


class SchemaPage(OpenAPIRenderPlugin):
    """Swagger UI from our own files: nothing is loaded from elsewhere."""

    def __init__(self) -> None:
        super().__init__(path="/")

    def render(self, request: AnyRequest, openapi_schema: dict[str, object]) -> bytes:  # noqa: ARG002  # the framework's signature
        """Return the page, or one that says why there is none."""
        return _PAGE if (_VENDOR / "swagger-ui-bundle.js").is_file() else _PAGE_WITHOUT_VENDOR


def check_known(connection: Connection, _: BaseRouteHandler) -> None:
    """Check that the path is one of the document's: for others the framework has a page.

    Raises:
        NotFoundException: it is none.
    """
    if connection.path_params:
        raise NotFoundException


def openapi_config() -> OpenAPIConfig:
    """Return what the framework cannot know of the OpenAPI document."""
    return OpenAPIConfig(
        title="Hexhaul API",
        version=VERSION,
        description=_DESCRIPTION,
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        openapi_router=Router(
            "/schema", route_handlers=[], guards=[check_known], include_in_schema=False
        ),
        render_plugins=[SchemaPage(), JsonRenderPlugin()],
        components=Components(
            security_schemes={
                SECURITY_SCHEME: SecurityScheme(
                    type="http",
                    scheme="bearer",
                    bearer_format="hh_...",
                    description="a key, shown once when it was made, or a courier's access token",
                ),
                CONSOLE_SCHEME: SecurityScheme(
                    type="apiKey",
                    name=cookies.NAME,
                    security_scheme_in="cookie",
                    description="the cookie that logging in with a password sets",
                ),
            }
        ),
    )


@get("/schema/asyncapi.json", include_in_schema=False, opt={"audience": Audience.PUBLIC})
async def asyncapi_document() -> Response[bytes]:
    """Describe the websockets."""
    return Response(msgspec.json.encode(asyncapi(version=VERSION)), media_type="application/json")


@get("/schema/assets/{name:str}", include_in_schema=False, opt={"audience": Audience.PUBLIC})
async def asset(name: FromPath[str]) -> Response[bytes]:
    """Serve one of the few files that the page needs."""
    path, media_type = _ASSETS.get(name, (None, ""))
    if path is None or not path.is_file():
        raise NotFoundException
    return Response(path.read_bytes(), media_type=media_type)


HANDLERS = [asyncapi_document, asset]
