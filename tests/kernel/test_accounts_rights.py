"""Rights come from live assignments and from nothing else."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from biroumum.accounts.backends import live_of
from biroumum.accounts.decorators import permission_required, staff_required
from biroumum.accounts.models import Assignment, Position, Unit, User
from biroumum.accounts.queries import holders, live_assignments, units_of
from biroumum.accounts.roles import ROLES
from biroumum.portal.demo.cast import create_cast

DAY = dt.timedelta(days=1)


def today() -> dt.date:
    return timezone.localdate()


def again(user: User) -> User:
    """As the next request sees them."""
    return User.objects.get(pk=user.pk)


def test_ending_an_assignment_takes_the_right_from_the_next_request(cast, client_for):
    client = client_for(cast.admin)
    assert client.get("/admin/").status_code == 200
    cast.admin.assignments.update(ends=today())
    assert client.get("/admin/", follow=True).status_code == 403


def test_an_assignment_holds_from_its_first_day_until_the_day_before_its_end(cast):
    cast.danu.assignments.update(starts=today(), ends=today() + DAY)
    assert len(live_assignments(again(cast.danu))) == 1
    assert [len(live_assignments(cast.danu, on=today() + n * DAY)) for n in (-1, 0, 1)] == [0, 1, 0]


def test_a_mistaken_assignment_is_taken_back_on_its_first_day(cast):
    cast.danu.assignments.update(starts=today(), ends=today())
    assert not again(cast.danu).has_perm("complaints.view_complaint")


def test_an_inactive_person_has_no_rights(cast):
    User.objects.filter(pk=cast.danu.pk).update(is_active=False)
    assert not again(cast.danu).get_all_permissions()
    assert live_assignments(again(cast.danu), on=today()) == []
    assert cast.danu not in holders("complaints.submit_complaint")


def test_several_positions_add_up(cast):
    position = Position.objects.get(title="Auditor")
    Assignment.objects.create(
        user=cast.danu, position=position, kind="plh", starts=today(), ends=today() + DAY
    )
    danu = again(cast.danu)
    assert danu.has_perms(["audit.view_entry", "complaints.submit_complaint"])
    assert danu.needs_second_factor


def test_nobody_is_a_superuser_and_no_right_is_implied(cast):
    assert not any(user.is_superuser for user in User.objects.all())
    assert not cast.admin.has_perm("complaints.view_complaint")
    assert not cast.admin.has_perm("accounts.delete_user")
    assert cast.admin.has_module_perms("accounts")
    assert not cast.tamu.has_module_perms("accounts")
    assert [user.name for user in (cast.sekar, cast.admin) if user.is_staff] == ["Adi Percobaan"]


def test_bundles_name_permissions_and_never_a_deletion():
    for role in ROLES.values():
        for permission in role.permissions:
            app, _dot, codename = permission.partition(".")
            assert "" not in (app, codename)
            assert not codename.startswith("delete")


def test_a_role_nobody_knows_is_refused_and_one_left_in_data_opens_nothing(cast):
    position = Position.objects.get(title="Petugas Loket")
    position.roles = ["kepala_semua"]
    with pytest.raises(ValidationError, match="kepala_semua"):
        position.full_clean()
    position.save()
    assert not again(cast.danu).get_all_permissions()


def assign(user: User, starts: dt.date, ends: dt.date | None, kind: str = "definitif") -> Assignment:
    position = Position.objects.get(title="Petugas Loket")
    with transaction.atomic():
        return Assignment.objects.create(user=user, position=position, kind=kind, starts=starts, ends=ends)


def test_a_position_has_one_definitive_holder_at_a_time(cast):
    cast.danu.assignments.update(starts=today(), ends=today() + 10 * DAY)
    for starts, ends in ((today() + 9 * DAY, None), (today() - DAY, today() + DAY), (today(), None)):
        with pytest.raises(IntegrityError, match="assignment_one_definitive_holder"):
            assign(cast.tamu, starts, ends)
    assign(cast.tamu, today() + 10 * DAY, None)


def test_acting_holders_may_stand_beside_the_definitive_one(cast):
    assign(cast.tamu, today(), None, kind="plt")
    assign(cast.bagas, today(), today() + DAY, kind="plh")
    titles = {str(assignment) for assignment in Assignment.objects.filter(position__title="Petugas Loket")}
    assert titles == {"Petugas Loket", "Plt. Petugas Loket", "Plh. Petugas Loket"}


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("assignment_kind_known", {"kind": "pinjam"}),
        ("assignment_not_backwards", {"ends": dt.date(2024, 12, 31)}),
    ],
)
def test_the_database_refuses_an_impossible_assignment(cast, rule, changes):
    with pytest.raises(IntegrityError, match=rule):
        cast.danu.assignments.update(**changes)


def test_addresses_are_kept_in_small_letters(cast):
    assert (
        User.objects.create_user(email="Budi@Biroumum.EXAMPLE", name="Budi").email == "budi@biroumum.example"
    )
    with pytest.raises(IntegrityError, match="user_email_lower"):
        User.objects.filter(pk=cast.danu.pk).update(email="Danu@biroumum.example")


def test_a_user_form_mends_the_address_and_keeps_an_empty_nip_out_of_the_way(cast):
    user = User(email="Citra@biroumum.example", name="Citra", nip="", password="x")
    user.full_clean()
    assert (user.email, user.nip) == ("citra@biroumum.example", None)


def test_a_unit_is_never_below_itself(cast):
    bureau, section = Unit.objects.get(code="biro-umum"), Unit.objects.get(code="subbag-aset")
    bureau.parent = section
    with pytest.raises(ValidationError, match="di bawah dirinya"):
        bureau.full_clean()
    with pytest.raises(IntegrityError, match="unit_not_its_own_parent"):
        Unit.objects.filter(pk=section.pk).update(parent=section)


def codes(user: User) -> set[str]:
    return set(Unit.objects.filter(pk__in=units_of(user)).values_list("code", flat=True))


def test_a_head_works_for_everything_below_and_others_for_their_own_unit(cast):
    assert codes(cast.danu) == {"tata-usaha"}
    assert codes(cast.rini) == {"subbag-rumah-tangga"}
    assert codes(cast.tamu) == set()
    assert codes(cast.hartono) == set(Unit.objects.values_list("code", flat=True)) - {"setda", "inspektorat"}


def test_holders_of_a_permission_are_those_who_have_it_today_in_that_unit(cast):
    unit = Unit.objects.get(code="subbag-rumah-tangga")
    everyone = {cast.rini, cast.bagas, cast.wulan, cast.irma, cast.galih}
    assert set(holders("complaints.handle_complaint")) == everyone
    assert set(holders("complaints.handle_complaint", unit)) == {cast.rini, cast.bagas}
    cast.bagas.assignments.update(ends=today())
    assert set(holders("complaints.handle_complaint", unit)) == {cast.rini}


@permission_required("complaints.verify_complaint")
def verifying(request):
    return HttpResponse("ok")


@staff_required
def working(request):
    return HttpResponse("ok")


def ask(view, user):
    request = RequestFactory().get("/kerja/sesuatu/?a=1")
    request.user = user
    return view(request)


def test_doors_let_in_whom_they_should(cast):
    for view in (verifying, working):
        answer = ask(view, AnonymousUser())
        assert answer.url == "/masuk/?next=/kerja/sesuatu/%3Fa%3D1"
        assert ask(view, cast.sekar).content == b"ok"
        with pytest.raises(PermissionDenied):
            ask(view, cast.tamu)
    with pytest.raises(PermissionDenied):
        ask(verifying, cast.danu)
    assert ask(working, cast.danu).content == b"ok"


def test_making_the_cast_twice_changes_nothing(cast):
    def counts() -> SimpleNamespace:
        return SimpleNamespace(n=[m.objects.count() for m in (User, Unit, Position, Assignment)])

    before, password = counts(), cast.sekar.password
    create_cast("sandi-lain-2026")
    assert counts() == before
    assert again(cast.sekar).password == password


def test_who_is_signed_in_is_read_as_the_finder_reads_them_and_in_one_statement(
    cast, django_assert_num_queries
):
    second = cast.bagas.assignments.get()
    second.pk, second.kind, second.position = None, Assignment.Kind.ACTING, cast.rini.live[0].position
    with transaction.atomic():
        second.save()
        cast.danu.assignments.update(ends=today())
    for user in (cast.sekar, cast.bagas, cast.rini, cast.danu):
        found = Assignment.objects.filter(user=user).live().with_offices().select_related("user")
        with django_assert_num_queries(1):
            read = live_of(user.pk)
            parts = [(each, each.user, each.position, each.position.unit) for each in read]
        for (one, *about), other in zip(parts, found, strict=True):
            assert plain(one) == plain(other)
            assert list(map(plain, about)) == list(
                map(plain, [other.user, other.position, other.position.unit])
            )
    assert len(live_of(cast.bagas.pk)) == 2
    assert not live_of(cast.danu.pk)


def plain(row: Model) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if name != "_state"}
