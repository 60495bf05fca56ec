"""The audit log from the shell: its heads, and whether its chains hold."""

import pytest


@pytest.fixture
def heads_file(tmp_path):
    def write(text):
        path = tmp_path / "heads.txt"
        path.write_text(text)
        return str(path)

    return write


async def test_a_chain_that_holds_is_said_to_also_beside_a_head_that_was_kept(
    keys, hexhaul, apart, heads_file
):
    head = (await apart(hexhaul, "audit", "head")).output
    assert head.split()[:2] == ["vienna", "6"]
    verified = await apart(hexhaul, "audit", "verify", "--kept", heads_file(head))
    assert verified.exit_code == 0, verified.output
    assert verified.output.split() == ["vienna:", "6", "entries,", head.split()[2]]


async def test_a_broken_chain_is_an_error(conn, keys, hexhaul, apart, heads_file):
    head = (await apart(hexhaul, "audit", "head")).output
    await conn.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
    await conn.execute("DELETE FROM audit_entry WHERE number > 4")
    broken = await apart(hexhaul, "audit", "verify", "--market", "vienna")
    assert (broken.exit_code, "WRONG the chain ends with entry 4" in broken.output) == (1, True)
    await conn.execute(
        "UPDATE audit_head SET (number, sha256) ="
        " (SELECT number, sha256 FROM audit_entry WHERE number = 4)"
    )
    assert (await apart(hexhaul, "audit", "verify")).exit_code == 0  # nothing here can tell
    found = await apart(hexhaul, "audit", "verify", "--kept", heads_file(head))
    assert (found.exit_code, "WRONG entry 6 was kept and is not there" in found.output) == (1, True)


async def test_a_market_that_was_kept_and_is_not_there_is_missed(keys, hexhaul, apart, heads_file):
    head = (await apart(hexhaul, "audit", "head")).output
    kept = heads_file(f"{head}graz 3 {'f' * 64}\n")
    found = await apart(hexhaul, "audit", "verify", "--kept", kept)
    assert (found.exit_code, found.output.count("WRONG")) == (1, 1)
    assert "graz: 0 entries" in found.output
    assert "WRONG entry 3 was kept and is not there" in found.output
    one = await apart(hexhaul, "audit", "verify", "--kept", kept, "--market", "vienna")
    assert (one.exit_code, "graz" in one.output) == (0, False)


async def test_lines_that_are_no_heads_are_refused(keys, hexhaul, apart, heads_file):
    refused = await apart(hexhaul, "audit", "verify", "--kept", heads_file("vienna six abc"))
    assert (refused.exit_code, "not a line of" in refused.output) == (1, True)


async def test_a_key_is_revoked_from_the_shell_and_only_once(keys, hexhaul, apart):
    credential_id = keys[0].credential_id
    assert (await apart(hexhaul, "revoke", credential_id)).exit_code == 0
    again = await apart(hexhaul, "revoke", credential_id)
    assert (again.exit_code, "no key" in again.output) == (1, True)
