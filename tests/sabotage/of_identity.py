"""Guards of who somebody is and what takes two: keys' networks, devices, issuers, four eyes."""

from tests.sabotage.sabotage import Sabotage

_FOUR_EYES = "tests/unit/domain/test_four_eyes.py"
_ISSUER = "tests/integration/api/test_ops_issuer.py"
_LIES = f"{_ISSUER}::test_a_token_that_is_not_to_be_believed_logs_nobody_in"
_COMMANDS = "tests/integration/commands"
_NETWORKS = "tests/integration/api/test_allowed_networks.py"
_FAILED = "tests/integration/api/test_failed_keys.py"

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
        name="approval_of_a_program_of_ones_own",
        guard="nobody approves what a program has proposed whose key they have",
        path="sql/queries/operators/list_hands.sql",
        old="SELECT o.id, o.keeper_id,",
        new="SELECT o.id, o.id AS keeper_id,",
        tests=("tests/integration/api/test_programs_of_people.py",),
    ),
    Sabotage(
        name="role_of_who_comes_back",
        guard="nobody alone gives another role to who was withdrawn from a market",
        path="service/actions/operator_roles.py",
        old="    return None if former is None else former.role",
        new="    return None",
        tests=(f"{_COMMANDS}/test_operator_roles.py",),
    ),
    Sabotage(
        name="audit_of_broken_glass",
        guard="what one person does alone that takes two is in the audit log, with the reason",
        path="service/actions/operator_roles.py",
        old="    return broken(operator_id, market_id, role, breaks_glass)",
        new="    return None",
        tests=(f"{_COMMANDS}/test_operator_commands.py",),
    ),
    Sabotage(
        name="allowed_networks",
        guard="a key that is bound to networks opens from nowhere else",
        path="service/actions/authenticate.py",
        old="    if not is_allowed(principal.allowed_from, address):",
        new="    if not is_allowed((), address):",
        tests=(_NETWORKS,),
    ),
    Sabotage(
        name="networks_of_a_key_that_is_made",
        guard="a key makes none that is good where it is not good itself",
        path="service/domain/allow_list.py",
        old="    if not granted_by:\n",
        new="    if not granted_by or allowed_from:\n",
        tests=(_NETWORKS,),
    ),
    Sabotage(
        name="key_of_a_device",
        guard="a copied refresh token brings nothing without the device's key",
        path="service/domain/log_in.py",
        old=" and proof is not None and is_signed(_said(refresh_token), proof, key)",
        new="",
        tests=("tests/integration/api/test_device_keys.py",),
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
    Sabotage(
        name="failures_of_an_issuer",
        guard="an issuer that is down locks nobody out",
        path="service/api/log_in_counts.py",
        old="    except DomainError:\n        await _give_back(rates, counters)\n",
        new="    except DomainError:\n",
        tests=(f"{_ISSUER}::test_an_issuer_that_is_down_makes_no_failures",),
    ),
    Sabotage(
        name="failures_of_a_key",
        guard="with one key's id only so many fail, from wherever",
        path="service/api/failed_keys.py",
        old="        await rates.check(RateClass.FAILED_KEY, claim.credential_id)\n",
        new="",
        tests=(_FAILED,),
    ),
    Sabotage(
        name="one_key_for_a_request",
        guard="a repeated request makes no second key",
        path="service/actions/create_key.py",
        old="            await _check_first(conn, once)\n",
        new="            pass\n",
        tests=("tests/integration/api/test_keys.py",),
    ),
    Sabotage(
        name="networks_of_open_sockets",
        guard="a socket ends where its key is good no more",
        path="service/api/fanout.py",
        old="if not is_allowed(allowed_from.get(socket.credential_id, ()), socket.address):",
        new="if False:",
        tests=(_NETWORKS,),
    ),
    Sabotage(
        name="networks_of_a_renewal",
        guard="a ticket renews nothing where its key is not good",
        path="service/api/renewal.py",
        old="    check_address(principal, socket.address)\n",
        new="",
        tests=(_NETWORKS,),
    ),
    Sabotage(
        name="refresh_again",
        guard="a refresh that is said again brings the same tokens again",
        path="service/actions/log_in_device.py",
        old="    given = _again(line, brought) if verdict is Verdict.LATE else None\n",
        new="    given = None\n",
        tests=("tests/integration/api/test_courier_log_in.py",),
    ),
)
