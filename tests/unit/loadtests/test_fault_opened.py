"""What is sealed in the rows of a trial is compared as it was posted, and else as it is."""

import json

import msgspec

from loadtests.faults.opened import opened_rows
from loadtests.faults.posted import PostedRow
from loadtests.faults.rows import StoredAnswer
from service.domain.sealing import UNREADABLE, new_chain, seal
from tests.unit.domain.makers import NOW
from tests.unit.loadtests.good_proof import good_proof

CHAIN = new_chain(NOW)


def sealed(text, field):
    return seal(text, CHAIN, field=field, at=NOW)


def make_rows(rows, *, stop):
    job = msgspec.to_builtins(rows.posted[0].job)
    job["stops"] = [job["stops"][0] | stop]
    answer = StoredAnswer(key="k", status_code=201, body=json.dumps({"stops": [stop]}).encode())
    posted = msgspec.convert({"job": job}, PostedRow)
    return msgspec.structs.replace(rows, posted=(posted,), answers=(answer,))


def test_what_is_sealed_is_opened_in_rows_and_answers():
    contact = {"name": sealed("Max", "contact_name"), "phone": None}
    stop = {"address": sealed("Graben 1", "address"), "instructions": None, "contact": contact}
    rows = opened_rows(make_rows(good_proof().rows, stop=stop), CHAIN)
    (place,) = rows.posted[0].job.stops
    assert (place.address, place.contact.name) == ("Graben 1", "Max")
    (told,) = json.loads(rows.answers[0].body)["stops"]
    assert told == stop | {"address": "Graben 1", "contact": {"name": "Max", "phone": None}}


def test_what_is_plain_stays_and_what_others_have_sealed_is_not_what_was_posted():
    stop = {"address": "Graben 1", "instructions": "ring", "contact": None}
    rows = make_rows(good_proof().rows, stop=stop)
    assert opened_rows(rows, CHAIN).posted == rows.posted
    strange = make_rows(rows, stop=stop | {"address": sealed("Graben 1", "instructions")})
    assert opened_rows(strange, CHAIN).posted[0].job.stops[0].address == UNREADABLE
