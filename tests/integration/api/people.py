"""Operators who have logged in, each with a browser of their own."""

from contextlib import asynccontextmanager

from service.actions.log_in_operator import LOCAL_ISSUER, VerifiedIdentity, open_console
from service.actions.operator_accounts import add_operator
from service.api.cookies import NAME
from service.domain.vocabulary import OperatorRole
from tests.plain_http import PlainClient


@asynccontextmanager
async def console_of(runtime, market, address, login, *, role):
    """Add an operator with this login; yield an HTTP client that bears the console's cookie."""
    await add_operator(runtime, market_id=market, name=login, role=OperatorRole(role), login=login)
    identity = VerifiedIdentity(issuer=LOCAL_ISSUER, subject=login)
    console = await open_console(runtime, identity)
    headers = {"Content-Type": "application/json", "Cookie": f"{NAME}={console.text}"}
    async with PlainClient(base_url=f"http://{address}", headers=headers) as http:
        http.operator_id = (await http.get("/v1/ops/session")).json()["operator_id"]
        yield http
