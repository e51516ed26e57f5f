"""The page of saved filters: one's own, those of the office, and keeping the one just used."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest, permission_required
from biroumum.web.templatetags.web import chips
from biroumum.workflow.engine import Refused
from biroumum.workflow.forms import explain
from complaints import services
from complaints.filters import ComplaintFilter, filter_for
from complaints.forms.saved import SaveViewForm
from complaints.models import Complaint, SavedView


def only_filters(given: QueryDict) -> str:
    """The part of a list's address that filters; the place in the list and what is unknown stay out."""
    kept = QueryDict(mutable=True)
    for name in ComplaintFilter.Meta.fields:
        if values := [value for value in given.getlist(name) if value]:
            kept.setlist(name, values)
    return kept.urlencode()


@require_http_methods(["GET", "POST"])
@permission_required("complaints.view_complaint")
def saved_views(request: StaffRequest) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    query = only_filters(QueryDict(posted.get("query", "")) if posted else request.GET)
    form = SaveViewForm(posted, initial={"query": query})
    if posted is not None and form.is_valid():
        data, actor = form.cleaned_data, Actor.staff(request.user)
        try:
            view = services.save_view(data["name"], query, shared=data["shared"], actor=actor)
        except Refused as refused:
            explain(form, refused)
        else:
            messages.success(request, gettext("Tampilan tersimpan."))
            return redirect(view)
    context = {
        "form": form,
        "query": query,
        "words": words_of(request, query),
        "views": SavedView.objects.visible_to(request.user).select_related("owner", "unit"),
    }
    return render(request, "complaints/saved.html", context, status=422 if posted is not None else 200)


def words_of(request: StaffRequest, query: str) -> list[str]:
    """What a filter asks for, as the chips of the list say it."""
    given = QueryDict(query)
    form = filter_for(request.user)(given, queryset=Complaint.objects.none(), request=request).form
    return [chip["label"] for chip in chips({"request": request}, form, given)]


@require_POST
@permission_required("complaints.view_complaint")
def delete_view(request: StaffRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    services.delete_view(view, actor=Actor.staff(request.user))
    messages.success(request, gettext("Tampilan dihapus."))
    return redirect("complaints:views")
