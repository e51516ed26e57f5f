"""The inbox of each member of staff, and the outbox for whoever looks after the portal."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext as _, ngettext
from django.views.decorators.http import require_POST, require_safe

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest, permission_required, staff_required
from biroumum.notifications import queries, services
from biroumum.notifications.models import Message
from biroumum.notifications.rendering import render as render_mail
from biroumum.notifications.rules import RULES
from biroumum.web.paging import keyset


@require_safe
@staff_required
def inbox(request: StaffRequest) -> HttpResponse:
    page = keyset(queries.inbox(request.user), request)
    return render(
        request, "notifications/inbox.html", {"page": page, "unread": queries.unread_count(request.user)}
    )


@require_POST
@staff_required
def open_one(request: StaffRequest, pk: int) -> HttpResponse:
    """Mark a line read and go where it leads."""
    line = get_object_or_404(queries.inbox(request.user), pk=pk)
    services.mark_read(queries.inbox(request.user).filter(pk=pk))
    return redirect(line.url or "notifications:inbox")


@require_POST
@staff_required
def read_all(request: StaffRequest) -> HttpResponse:
    services.mark_read(queries.inbox(request.user))
    messages.success(request, _("Semua pesan sudah ditandai dibaca."))
    return redirect("notifications:inbox")


@require_safe
@permission_required("notifications.view_outbox")
def outbox(request: StaffRequest) -> HttpResponse:
    state = request.GET.get("keadaan", "")
    context = {
        "page": keyset(queries.outbox(state), request),
        "state": state,
        "states": Message.State.choices,
        "failed": queries.failed().count(),
    }
    return render(request, "notifications/outbox.html", context)


@require_safe
@permission_required("notifications.view_outbox")
def mail_rules(request: StaffRequest) -> HttpResponse:
    """The table of mails, each with an invented one as it would be sent today, in the reader's language."""
    language = (get_language() or "id")[:2]
    rules = [(rule, render_mail(rule.template, rule.sample(), language)) for rule in RULES.values()]
    return render(request, "notifications/rules.html", {"rules": rules})


@require_safe
@permission_required("notifications.view_outbox")
def message(request: StaffRequest, pk: int) -> HttpResponse:
    """One mail with its ledger; its text is the reader's and is not shown."""
    mail = get_object_or_404(queries.outbox_all(), pk=pk)
    return render(request, "notifications/message.html", {"mail": mail, "deliveries": mail.deliveries.all()})


@require_POST
@permission_required("notifications.view_outbox")
def retry_one(request: StaffRequest, pk: int) -> HttpResponse:
    mail = get_object_or_404(queries.outbox_all(), pk=pk)
    _retry(request, queries.failed().filter(pk=mail.pk))
    return redirect("notifications:message", pk)


@require_POST
@permission_required("notifications.view_outbox")
def retry_all(request: StaffRequest) -> HttpResponse:
    _retry(request, queries.failed())
    return redirect("notifications:outbox")


def _retry(request: StaffRequest, mails: queries.Mails) -> None:
    count = services.retry(mails, actor=Actor.staff(request.user))
    if count:
        told = ngettext("%(count)d surel dikirim ulang.", "%(count)d surel dikirim ulang.", count)
        messages.success(request, told % {"count": count})
    else:
        messages.info(request, _("Tidak ada surel yang gagal. Tidak ada yang dikirim ulang."))
