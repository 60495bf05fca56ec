"""Guards of who somebody is and of what takes two: issuers, four eyes."""

from tests.sabotage.sabotage import Sabotage

_FOUR_EYES = "tests/unit/domain/test_four_eyes.py"
_ISSUER = "tests/integration/api/test_ops_issuer.py"
_LIES = f"{_ISSUER}::test_a_token_that_is_not_to_be_believed_logs_nobody_in"

OF_IDENTITY = (
    Sabotage(
        name="own_approval",
        guard="nobody approves what they have proposed, nor what is about themselves",
        path="service/domain/four_eyes.py",
        old="    if by in (proposal.proposed_by, proposal.subject_id, *keepers):",
        new="    if by in keepers:",
        tests=(_FOUR_EYES,),
    ),
    Sabotage(
        name="nonce_of_an_issuer",
        guard="a token of another log-in logs nobody in",
        path="service/domain/id_token.py",
        old="    if claims.nonce != expected.nonce:",
        new="    if not expected.nonce:",
        tests=(_LIES,),
    ),
    Sabotage(
        name="audience_of_an_issuer",
        guard="a token for others logs nobody in",
        path="service/domain/id_token.py",
        old="    if expected.client_id not in audiences:",
        new="    if not expected.client_id:",
        tests=(_LIES,),
    ),
)
