"""Every address of the API, room by room. An address that is none is a problem too."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.views import SpectacularJSONAPIView

app_name = "api"


@csrf_exempt  # nothing is done here, and a problem is told as JSON
@login_not_required
def nothing_here(request, **anything):
    raise Http404


class Document(SpectacularJSONAPIView):
    """The OpenAPI document. It says what there is, of nobody."""

    authentication_classes = []
    permission_classes = []


V1 = [
    path("schema/", Document.as_view(api_version="1"), name="schema"),
    path("", include("beheard.api.account")),
    path("", include("stages.home.api")),
    path("", include("stages.compact.api")),
    path("", include("stages.witness.api")),
    path("", include("stages.perspective.api")),
    path("", include("stages.perspective.api_answer")),
    path("", include("stages.needs.api")),
    path("", include("stages.repair.api")),
    path("", include("stages.ending.api")),
    path("", include("stages.ending.api_giving")),
    path("", include("stages.rhythm.api")),
    path("", include("stages.mine.api")),
    path("", include("stages.shelf.api")),
    path("", include("stages.looking.api")),
    path("", include("stages.sharing.api")),
    path("", include("vessels.private.api")),
    path("", include("vessels.shared.api")),
]

urlpatterns = [path("v1/", include(V1)), re_path(r"^.*$", nothing_here)]
