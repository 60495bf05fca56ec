"""Clients for servers without TLS: reading all certificates would take each a tenth of a second."""

import ssl
from functools import partial

import httpx

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

PlainClient = partial(httpx.AsyncClient, verify=NO_CERTIFICATES)
