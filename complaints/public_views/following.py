"""Following a published case: asking by mail address, confirming and stopping by the link in the mail."""

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from biroumum.accounts.actors import Actor
from biroumum.web.errors import gone
from biroumum.web.ratelimit import allowed, client_address
from biroumum.web.subjects import subject_key
from complaints import services
from complaints.forms.tracking import FollowForm
from complaints.models import Publication
from complaints.public_views.access import as_citizen
from complaints.public_views.published import live, page

BY_ADDRESS, BY_MAIL, DAY = 20, 5, 86_400
ONE_CLICK = "List-Unsubscribe"  # RFC 8058: what a mail program posts to stop


@require_POST
@as_citizen
def follow(request: HttpRequest, number: str) -> HttpResponse:
    """The answer is the same whether the address follows already or not."""
    publication = get_object_or_404(live(), complaint__number=number)
    form = FollowForm(request.POST)
    if not form.is_valid():
        return page(request, publication, form, status=422)
    email = form.cleaned_data["email"].lower()
    if not (
        allowed(f"follow/{client_address(request)}", BY_ADDRESS, DAY)
        and allowed(f"follow/{email}", BY_MAIL, DAY)
    ):
        form.add_error("email", _("Terlalu banyak permintaan. Coba lagi besok."))
        return page(request, publication, form, status=429)
    services.ask_to_follow(publication, email, actor=Actor.holder(), language=(get_language() or "id")[:2])
    messages.success(request, _("Kami mengirim surel ke alamat itu. Buka tautan di dalamnya untuk mulai."))
    return redirect(publication)


@csrf_exempt  # a mail program posts too, and whoever has the link needs no other proof
@require_http_methods(["GET", "HEAD", "POST"])
@as_citizen
def following(request: HttpRequest, token: str) -> HttpResponse:
    """A link in a mail is opened by machines too, so the page asks once more before anything changes."""
    try:
        follower = services.follower_of(token)
    except signing.BadSignature as error:
        raise Http404 from error
    if follower is None:
        said = _("Alamat surel itu tidak lagi ada dalam daftar pengikut. Anda dapat mulai mengikuti lagi.")
        return gone(request, said, "pengaduan:published_list", _("Pengaduan yang diterbitkan"))
    if request.method != "POST":
        up = Publication.objects.live().filter(complaint=follower.complaint).first()
        return render(request, "complaints/public/following.html", {"follower": follower, "up": up})
    actor = Actor.holder(subject_key(follower))
    if "stop" in request.POST or ONE_CLICK in request.POST:
        services.stop_following(follower, actor=actor)
        messages.success(
            request, _("Anda tidak lagi mengikuti. Alamat Anda sudah keluar dari daftar pengikut.")
        )
        return redirect("pengaduan:published_list")
    services.confirm_following(follower, actor=actor)
    messages.success(request, _("Anda sekarang mengikuti pengaduan ini."))
    return redirect("pengaduan:following", token)
