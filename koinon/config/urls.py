"""Which address belongs to which app. Those asked most often come first: addresses are tried one after the other."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("koinon.network.urls")),
    path("", include("koinon.accounts.urls")),
    path("", include("koinon.matching.urls")),
    path("", include("koinon.learning.urls")),
    path("", include("koinon.events.urls")),
    path("", include("koinon.projects.urls")),
    path("", include("koinon.programmes.urls")),
    path("", include("koinon.kit.urls")),
    path("accounts/", include("allauth.urls")),
]
if settings.KOINON_DEMO:
    urlpatterns = [path("demo/", include("koinon.accounts.demo_urls")), *urlpatterns]

handler400 = "koinon.kit.views.unreadable"
handler500 = "koinon.kit.views.trouble"
