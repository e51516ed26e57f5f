"""Entering a complaint for someone who came, called or wrote, and handing its number and code back."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest, permission_required
from biroumum.workflow.engine import Refused
from complaints import services
from complaints.forms.desk import DeskMoreForm
from complaints.forms.staff import DeskForm
from complaints.services import deadlines
from complaints.services.codes import same_code
from complaints.services.words import entered_words, received_words
from complaints.states import Source

# How number and code reach whoever is not here to take the paper along.
HAND_BACK = {
    Source.DESK: _("Cetak halaman ini dan serahkan kepada pengunjung."),
    Source.PHONE: _(
        "Bacakan nomor dan kode, lalu minta penelepon membacanya kembali sebelum menutup telepon."
    ),
    Source.LETTER: _("Cetak halaman ini dan kirim bersama surat balasan, dalam amplop tertutup."),
    Source.SP4N: _("Sampaikan nomor dan kode hanya kepada pelapor, lewat tanggapan yang tidak dibaca umum."),
    Source.WHATSAPP: _("Salin pesan di bawah ke percakapan yang sama. Jangan kirim ke nomor lain."),
}


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required("complaints.submit_complaint")
def desk(request: StaffRequest) -> HttpResponse:
    """Two pages: the second brings the first along in hidden fields, and what it asks hangs on the first.

    The code is on the answer to the sending and nowhere else: the officer sees it this once.
    """
    form = DeskForm(request.POST if request.method == "POST" else None)
    if not form.is_valid() or "back" in request.POST:
        return first_page(request, form)
    sent = "more" in request.POST
    more = DeskMoreForm(
        request.POST if sent else None, request.FILES if sent else None, first=form.cleaned_data
    )
    if sent and more.is_valid():
        try:
            return done(request, form, more)
        except Refused as refused:
            if refused.field:
                form.add_error(refused.field, str(refused.message))
                return first_page(request, form)
            more.add_error("files", str(refused.message))
    context = {"first": form, "form": more}
    return render(request, "complaints/desk_more.html", context, status=422 if sent else 200)


def first_page(request: StaffRequest, form: DeskForm) -> HttpResponse:
    return render(request, "complaints/desk.html", {"form": form}, status=422 if form.errors else 200)


def done(request: StaffRequest, form: DeskForm, more: DeskMoreForm) -> HttpResponse:
    """Raises Refused for a file that is not taken, and for a number of another channel that has a case already."""
    data = form.cleaned_data
    filed = services.submit_complaint(
        actor=Actor.staff(request.user),
        source=Source(data["source"]),
        content=form.content() | more.content(),
        contact=form.contact(),
        submit_token=data["submit_token"],
        external_ref=data["external_ref"] or None,
        files=more.cleaned_data["files"],
        at=form.received_at(),
    )
    if filed.again and not same_code(filed.code, bytes(filed.complaint.code_hash)):
        raise Refused(gettext("Pengaduan dengan nomor ini sudah tercatat."), field="external_ref")
    lookup = request.build_absolute_uri(reverse("pengaduan:track"))
    case = filed.complaint
    late = deadlines.filed_late(case.kind, case.occurred_on, case.received_at)
    hand_back = HAND_BACK[Source(case.source)]
    context = {"filed": filed, "case": case, "lookup": lookup, "hand_back": hand_back, "late": late}
    context |= {"received": received_words(case), "lost": entered_words(case)}
    return render(request, "complaints/desk_done.html", context, status=201)
