"""A transaction that was listened to, as a script of pgbench."""

from datetime import UTC, datetime
from uuid import UUID

from loadtests.live.insert_peer import Statement, literal, script_of

MERCHANT, JOB, STOP = (UUID(int=number) for number in (1, 2, 3))
STATEMENTS = [
    Statement("-- Read it.\n-- $1 job_id uuid\nSELECT $1", (JOB,)),
    Statement(
        "-- Keep the answer.\nINSERT INTO idempotency VALUES ($1, $2, $3)",
        (MERCHANT, "the key", b"\x00a"),
    ),
    Statement("INSERT INTO job VALUES ($1, $2, $3)\n", (JOB, None, ["a", 'b"c'])),
    Statement("INSERT INTO stop SELECT * FROM unnest($2::uuid[]), $1", (STOP, [JOB, None])),
]


def test_only_inserts_are_repeated_each_time_with_new_ids():
    script = script_of(STATEMENTS, kept=MERCHANT, key="the key")
    assert script.text.splitlines() == [
        "SELECT uuidv7() AS key, uuidv7() AS new_0, uuidv7() AS new_1 \\gset",
        "BEGIN;",
        "INSERT INTO idempotency VALUES (:value_0, :key, :value_1);",
        "INSERT INTO job VALUES (:new_0, NULL, :value_2);",
        "INSERT INTO stop SELECT * FROM unnest(ARRAY[:new_0, NULL]::uuid[]), :new_1;",
        "COMMIT;",
    ]
    assert script.variables == {
        "value_0": str(MERCHANT),
        "value_1": "\\x0061",
        "value_2": '{"a","b\\"c"}',
    }


def test_a_digest_is_another_each_time():
    statement = Statement("INSERT INTO tracking VALUES ($1, $2)", (JOB, bytes(32)))
    script = script_of([statement], kept=MERCHANT, key="the key")
    assert script.text.splitlines()[2] == (
        "INSERT INTO tracking VALUES (:new_0, sha256(uuid_send(:new_1)));"
    )


def test_the_ids_within_a_document_are_new_as_well():
    statement = Statement(
        "-- $1 jobs jsonb, $2 id uuid\nWITH rows AS (INSERT INTO job SELECT $1) SELECT $2",
        ([{"id": JOB, "merchant_id": MERCHANT}], JOB),
    )
    script = script_of([statement], kept=MERCHANT, key="the key")
    assert script.text.splitlines()[2] == (
        "WITH rows AS (INSERT INTO job SELECT "
        f"(replace(:value_0::text, '{JOB}', :new_0::text))::jsonb) SELECT :new_0;"
    )
    assert script.variables == {"value_0": f'[{{"id":"{JOB}","merchant_id":"{MERCHANT}"}}]'}


def test_values_are_written_as_postgres_reads_them():
    at = datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert literal(at) == "2026-05-04T12:00:00+00:00"
    assert literal(True) == "true"  # noqa: FBT003  # the value itself
    assert literal([1, None]) == '{"1",NULL}'
    assert literal({"a": [1]}) == '{"a":[1]}'
