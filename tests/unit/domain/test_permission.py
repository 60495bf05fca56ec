"""The table from roles to rights."""

from service.domain.permission import OF_COURIER, OF_RECIPIENT, OF_ROLE, Right, Scope
from service.domain.vocabulary import OperatorRole


def test_every_role_may_look_and_only_the_admin_may_do_all():
    assert set(OF_ROLE) == set(OperatorRole)
    assert all(Right.OPS_READ in rights for rights in OF_ROLE.values())
    assert OF_ROLE[OperatorRole.ADMIN] == set(Right) - OF_COURIER - OF_RECIPIENT
    assert OF_ROLE[OperatorRole.VIEWER] == {Right.OPS_READ}


def test_who_dispatches_has_nothing_to_do_with_money_nor_the_other_way_round():
    assert Right.OPS_FINANCE not in OF_ROLE[OperatorRole.DISPATCHER]
    assert Right.OPS_DISPATCH not in OF_ROLE[OperatorRole.FINANCE]


def test_whom_to_call_is_for_those_who_decide_about_jobs():
    may = {role for role, rights in OF_ROLE.items() if Right.OPS_CONTACTS in rights}
    assert may == {role for role, rights in OF_ROLE.items() if Right.OPS_DISPATCH in rights}


def test_no_name_means_two_things():
    assert not {scope.value for scope in Scope} & {right.value for right in Right}
