"""Fixtures are found by their names: those of the integration tests serve here as well."""

from tests.integration.api.conftest import address as address
from tests.integration.api.conftest import clients as clients
from tests.integration.api.conftest import courier as courier
from tests.integration.api.conftest import ids as ids
from tests.integration.api.conftest import merchant as merchant
from tests.integration.api.conftest import ops as ops
from tests.integration.api.conftest import post as post
from tests.integration.api.conftest import relay as relay
from tests.integration.conftest import conn as conn
from tests.integration.conftest import database as database
from tests.integration.conftest import key_file as key_file
from tests.integration.conftest import keys as keys
from tests.integration.conftest import market as market
from tests.integration.conftest import quick_passwords as quick_passwords
from tests.integration.conftest import redis as redis
from tests.integration.conftest import runtime as runtime
from tests.integration.conftest import servers as servers
from tests.integration.conftest import settings as settings
from tests.integration.conftest import template as template
