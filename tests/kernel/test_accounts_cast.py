import datetime as dt

from django.db import connection


def test_rights_come_from_live_assignments_and_end_with_them(cast):
    assert cast.sekar.has_perm("complaints.verify_complaint")
    assert not cast.tamu.has_perm("complaints.view_complaint")
    cast.sekar.assignments.update(ends=dt.date(2025, 2, 1))
    assert not type(cast.sekar).objects.get(pk=cast.sekar.pk).has_perm("complaints.verify_complaint")


def test_the_portal_works_as_its_own_role_and_not_as_owner(cast):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("biro_app",)


def test_real_commits_stay_in_the_tests_own_database(real_db, cast):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone() == (real_db,)
