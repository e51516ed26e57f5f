from django.db import migrations

from biroumum.web.dated import fixed_in_use


class Migration(migrations.Migration):
    dependencies = [("complaints", "0042_mails")]
    operations = [
        fixed_in_use(
            "complaints_archiverule",
            ("kind", "active_years", "inactive_years", "fate", "legal_basis", "valid_from"),
            [("complaints_disposal", "rule_id")],
            "a case was disposed of by this line",
        )
    ]
