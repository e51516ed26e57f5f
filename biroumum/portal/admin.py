"""The admin finds the reference tables here; each module registers its own."""

from biroumum.portal import admin_accounts, admin_reference, admin_watching  # noqa: F401 - they register themselves
