"""Guards of what is known of recipients."""

from tests.sabotage.sabotage import Sabotage

_SEALED = "tests/integration/api/test_sealed.py"
_COMMANDS = "tests/integration/commands/test_privacy_commands.py"

OF_PRIVACY = (
    Sabotage(
        name="sealed_at_the_post",
        guard="what a merchant says of a recipient is sealed before it is kept",
        path="service/actions/post_job.py",
        old="            sealed, ids=ids,",
        new="            request, ids=ids,",
        tests=(_SEALED,),
    ),
    Sabotage(
        name="sealed_at_the_wish",
        guard="what a recipient says of the delivery is sealed before it is kept",
        path="service/domain/recipient_data.py",
        old="        return seal(text, chain, field=field, at=at)\n",
        new="        return text\n",
        tests=(_SEALED,),
    ),
    Sabotage(
        name="one_way_of_months",
        guard="the key of a month makes none of an earlier one",
        path="service/domain/sealing.py",
        old='        key = hmac.digest(key, b"hexhaul month\\0" + at.encode(), "sha256")\n',
        new="",
        tests=("tests/unit/domain/test_sealing.py",),
    ),
    Sabotage(
        name="holds_are_sealed_anew",
        guard="what is on hold is readable when its month's key has gone",
        path="service/actions/shred_keys.py",
        old="        await privacy.reseal_stops(conn, stops=stops)\n",
        new="",
        tests=(
            f"{_COMMANDS}::test_keys_go_with_what_they_open_and_what_is_on_hold_is_sealed_anew",
        ),
    ),
)
