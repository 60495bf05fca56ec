"""Which function stands in for which query file: they have its name."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.store.queries import load


class UnknownStatementError(Exception):
    """The stand-in does not know this query; it has to learn it before anything can use it."""


class _Statements(dict):
    def __missing__(self, query):
        raise UnknownStatementError(query)


STATEMENTS = _Statements()


def statements_of(folder):
    """Return a decorator for what stands in for the queries of this folder."""
    texts = load(folder)

    def statement(function):
        STATEMENTS[texts[function.__name__]] = function
        return function

    return statement


def plain(value):
    """Return a struct as the row that Postgres would make of it."""
    return msgspec.to_builtins(value, builtin_types=(UUID, datetime, bytes))


def columns(row, *names):
    return {name: row[name] for name in names}
