from biroumum.portal import admin_accounts  # noqa: F401 - registers itself
