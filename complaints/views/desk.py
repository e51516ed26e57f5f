"""Entering a complaint for someone who came, called or wrote, and handing its number and code back."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest, permission_required
from biroumum.workflow.engine import Refused
from complaints import services
from complaints.forms.staff import DeskForm
from complaints.services import deadlines
from complaints.services.words import received_words
from complaints.states import Source

# How number and code reach whoever is not here to take the paper along.
HAND_BACK = {
    Source.DESK: _("Cetak halaman ini dan serahkan kepada pengunjung."),
    Source.PHONE: _(
        "Bacakan nomor dan kode, lalu minta penelepon membacanya kembali sebelum menutup telepon."
    ),
    Source.LETTER: _("Cetak halaman ini dan kirim bersama surat balasan, dalam amplop tertutup."),
    Source.WHATSAPP: _("Salin pesan di bawah ke percakapan yang sama. Jangan kirim ke nomor lain."),
}


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required("complaints.submit_complaint")
def desk(request: StaffRequest) -> HttpResponse:
    """The code is on the answer to the sending and nowhere else: the officer sees it this once."""
    form = DeskForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return done(request, form)
        except Refused as refused:
            form.add_error("files", str(refused.message))
    status = 422 if request.method == "POST" else 200
    return render(request, "complaints/desk.html", {"form": form}, status=status)


def done(request: StaffRequest, form: DeskForm) -> HttpResponse:
    data = form.cleaned_data
    filed = services.submit_complaint(
        actor=Actor.staff(request.user),
        source=Source(data["source"]),
        content=form.content(),
        contact=form.contact(),
        submit_token=data["submit_token"],
        files=data["files"],
        at=form.received_at(),
    )
    lookup = request.build_absolute_uri(reverse("pengaduan:track"))
    case = filed.complaint
    late = deadlines.filed_late(case.kind, case.occurred_on, case.received_at)
    hand_back = HAND_BACK[Source(case.source)]
    context = {"filed": filed, "case": case, "lookup": lookup, "hand_back": hand_back, "late": late}
    context |= {"received": received_words(case), "entered_late": deadlines.entered_late(case)}
    return render(request, "complaints/desk_done.html", context, status=201)
