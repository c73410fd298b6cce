"""Which address belongs to which app; `/` and `/desk/` come first in the story, so network and accounts own them."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("koinon.kit.urls")),
    path("", include("koinon.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("koinon.matching.urls")),
    path("", include("koinon.network.urls")),
]
if settings.KOINON_DEMO:
    urlpatterns = [path("demo/", include("koinon.accounts.demo_urls")), *urlpatterns]

handler400 = "django.views.defaults.bad_request"
handler500 = "koinon.kit.views.trouble"
