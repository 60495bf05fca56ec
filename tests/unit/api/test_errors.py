"""Every refusal of the domain has its HTTP status, and its code is one of the vocabulary."""

import pytest

from service.api.errors import STATUS_OF, status_of
from service.domain import errors
from service.domain.errors import DomainError, InvalidParamsError
from service.live.errors import LiveUnavailableError

FAMILY = [
    member
    for member in vars(errors).values()
    if isinstance(member, type) and issubclass(member, DomainError) and member is not DomainError
]


def test_every_domain_error_has_an_http_status():
    assert set(STATUS_OF) == set(FAMILY)


def test_codes_are_distinct():
    codes = [member.code for member in FAMILY]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("error", "status"),
    [(LiveUnavailableError("Redis"), 503), (InvalidParamsError("no", field="/x"), 400)],
)
def test_an_error_below_the_family_has_the_status_of_its_parent(error, status):
    assert status_of(error) == status
