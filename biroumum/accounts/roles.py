"""Which permissions a role bundles. Positions are given roles in data; live assignments give rights."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Role:
    code: str
    label: str | Promise
    permissions: frozenset[str]
    second_factor: bool = False  # opens sealed data or changes rights, so a password alone is not enough
    admin: bool = False  # may enter /admin/ for reference tables
    lent: bool = True  # goes along when someone stands in for its holder


def _reference(app: str, *models: str) -> set[str]:
    """Add, change and view; history is never deleted."""
    return {f"{app}.{verb}_{model}" for model in models for verb in ("add", "change", "view")}


ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role(
            "complaint_desk",
            _("Loket pengaduan"),
            frozenset({"complaints.view_complaint", "complaints.submit_complaint"}),
        ),
        Role(
            "complaint_verifier",
            _("Verifikator pengaduan"),
            frozenset(
                {
                    "complaints.view_complaint",
                    "complaints.submit_complaint",
                    "complaints.verify_complaint",
                    "complaints.assign_complaint",
                    "complaints.decide_reopening",
                    "complaints.publish_complaint",
                    "complaints.view_sealed_complaint",
                }
            ),
            second_factor=True,
        ),
        Role(
            "complaint_officer",
            _("Petugas penanganan"),
            frozenset({"complaints.view_complaint", "complaints.handle_complaint"}),
        ),
        Role(
            "unit_head",
            _("Kepala unit"),
            frozenset(
                {
                    "complaints.view_complaint",
                    "complaints.assign_complaint",
                    "complaints.handle_complaint",
                    "complaints.view_unit_reports",
                }
            ),
        ),
        Role(
            "bureau_head",
            _("Kepala biro"),
            frozenset(
                {
                    "complaints.view_complaint",
                    "complaints.assign_complaint",
                    "complaints.decide_reopening",
                    "complaints.view_unit_reports",
                    "complaints.view_complaint_reports",
                    "privacy.decide_erasure",
                }
            ),
            second_factor=True,
        ),
        Role(
            "inspectorate_examiner",
            _("Pemeriksa Inspektorat"),
            frozenset(
                {
                    "complaints.view_complaint",
                    "complaints.handle_complaint",
                    "complaints.inspect_whistle",
                    "privacy.record_erasure",
                    "privacy.decide_erasure",
                }
            ),
            second_factor=True,
            lent=False,  # or one of them could name the second of the two who open an identity
        ),
        Role(
            "privacy_officer",
            _("Pejabat pelindungan data pribadi"),
            frozenset({"privacy.record_erasure", "privacy.decide_erasure"}),
            second_factor=True,
            lent=False,  # or one of them could name the second of the two who erase
        ),
        Role(
            "administrator",
            _("Administrator"),
            frozenset(
                _reference("accounts", "user", "unit", "position", "assignment")
                | _reference("worktime", "holiday", "timelimit")
                | _reference(
                    "complaints",
                    "archiverule",
                    "category",
                    "question",
                    "apikey",
                    "routingrule",
                    "answertemplate",
                    "watchedsender",
                )
                | _reference("privacy", "legalbasis")
                | _reference("regions", "region")
                | _reference("reports", "schedule", "subscriber")
                | _reference("django_celery_beat", "periodictask", "crontabschedule", "intervalschedule")
                | {"notifications.view_outbox", "reports.manage_schedule", "audit.view_standing"}
            ),
            second_factor=True,
            admin=True,
            lent=False,
        ),
        Role(
            "auditor",
            _("Auditor log"),
            frozenset({"audit.view_entry", "audit.view_standing"}),
            second_factor=True,
        ),
    )
}
