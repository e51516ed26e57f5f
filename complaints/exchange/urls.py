from django.urls import re_path

from complaints.exchange import bulk, open311

app_name = "open311"
FORM = r"\.(?P<form>json|xml)$"
urlpatterns = [
    re_path(rf"^discovery{FORM}", open311.discovery, name="discovery"),
    re_path(rf"^v2/services{FORM}", open311.service_list, name="services"),
    re_path(rf"^v2/services/(?P<code>[\w\-]+){FORM}", open311.service_definition, name="definition"),
    re_path(rf"^v2/requests{FORM}", open311.requests, name="requests"),
    re_path(rf"^v2/requests/(?P<number>[\w\-]+){FORM}", open311.request_of, name="request"),
    re_path(r"^bulk/requests\.csv$", bulk.requests, name="bulk"),
    re_path(rf"^v2/tokens/(?P<token>[\w\-:]+){FORM}", open311.token_of, name="token"),
    re_path(rf"^v2/servicerequestupdates{FORM}", open311.updates, name="updates"),
    re_path(rf"^(?P<path>.*){FORM}", open311.unknown, name="unknown"),
]
