"""Several beats at one report, and a worker that is killed on the way."""

import threading
import time

from biroumum.notifications.models import Message
from biroumum.reports import services
from biroumum.reports.models import ReportRun
from tests.kernel.reports_sample import row
from tests.kernel.test_reports_schedules import HOUR, MONDAY, schedule, subscribe
from tests.races import at_once, meeting


class TestSeveralBeats:
    def test_two_beats_at_once_send_one(self, real_db, cast, sample):
        made = schedule()
        subscribe(made, cast.hartono)
        meet = meeting(10, 4)

        def beat():
            meet()
            services.run(made.pk, now=MONDAY)

        at_once(*[beat] * 4)
        assert ReportRun.objects.count() == 1
        assert Message.objects.count() == 1

    def test_without_the_claim_they_would_send_more(self, real_db, cast, sample, monkeypatch):
        """The twin: without the unique claim, and keys that differ by try, each beat sends its own."""
        made = schedule()
        subscribe(made, cast.hartono)
        meet = meeting(10)
        monkeypatch.setattr(
            type(ReportRun.objects), "get_or_create", lambda self, **given: (ReportRun(schedule=made), True)
        )
        monkeypatch.setattr(ReportRun, "save", lambda self, **options: None)
        keys = iter("ab")
        monkeypatch.setattr(services, "period_key", lambda *args: next(keys))

        def beat():
            meet()
            services.run(made.pk, now=MONDAY)

        at_once(beat, beat)
        assert Message.objects.count() == 2

    def test_a_worker_killed_before_its_commit_leaves_nothing_and_the_next_sends_all(
        self, real_db, cast, sample
    ):
        made = schedule()
        subscribe(made, cast.hartono, cast.sekar)
        sample.named = [cast.hartono]
        reached, go_on = threading.Event(), threading.Event()

        def hang(params):
            reached.set()
            go_on.wait(20)
            return iter([row()])

        sample.register(rows=hang)
        killed = threading.Thread(target=lambda: suppressed(services.run, made.pk, now=MONDAY))
        killed.start()
        assert reached.wait(10)
        end_other_connections(real_db)  # what PostgreSQL sees when a worker gets SIGKILL
        go_on.set()
        killed.join(10)
        assert not ReportRun.objects.exists()
        assert not Message.objects.exists()
        sample.register()
        assert services.run(made.pk, now=MONDAY + HOUR).mails == 1


def suppressed(work, *args, **options):
    from django.db import DatabaseError, connections

    try:
        work(*args, **options)
    except DatabaseError:
        pass
    finally:
        connections.close_all()


def end_other_connections(name):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()",
            [name],
        )
        assert cursor.fetchone()[0] >= 1
    time.sleep(0.2)
