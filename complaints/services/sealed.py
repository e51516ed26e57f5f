"""A contact that no key of `SEAL_KEYS` opens any more: steps go on without it, and who would look is told."""

import logging

from django.utils.translation import gettext as _, gettext_noop

from biroumum.notifications.services import warn_administrators
from biroumum.web.sealing import Unsealable
from biroumum.workflow.engine import Refused
from complaints.models import Reporter

log = logging.getLogger(__name__)
UNTOLD = "complaints.reporter/untold"  # the line that says so to administrators


def address_of(reporter: Reporter) -> str:
    """Empty when it cannot be opened: who looks after the portal hears why the reporter is not told."""
    try:
        return reporter.email
    except Unsealable:
        log.error(
            "The reporter of complaint %s cannot be told: no key of SEAL_KEYS opens the contact", reporter
        )
        warn_administrators(gettext_noop("Kontak pelapor tidak dapat dibuka. Periksa SEAL_KEYS."), UNTOLD)
        return ""


def new_address_of(reporter: Reporter) -> str:
    """The one that waits for its link to be opened; empty when it cannot be opened: a new link is soon asked for."""
    try:
        return reporter.new_email
    except Unsealable:
        return ""


def opened(reporter: Reporter) -> Reporter:
    """With name and addresses opened, so that a look is noted only where there was something to see. Raises Refused."""
    try:
        for column in ("name", "email", "phone"):
            getattr(reporter, column)
    except Unsealable as error:
        raise Refused(
            _("Kontak ini tidak dapat dibuka karena kunci segelnya tidak ada. Hubungi pengelola portal.")
        ) from error
    return reporter
