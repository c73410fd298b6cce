"""Terms under which others may use what somebody made; one list for courses, toolkits and pictures."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Licence(models.TextChoices):
    """Under which terms others may use it; SPDX names."""

    CC0 = "CC0-1.0", _("CC0: no conditions")
    BY = "CC-BY-4.0", _("CC BY: name the author")
    BY_SA = "CC-BY-SA-4.0", _("CC BY-SA: name the author, share alike")
    BY_NC = "CC-BY-NC-4.0", _("CC BY-NC: name the author, not for profit")
    BY_NC_SA = "CC-BY-NC-SA-4.0", _("CC BY-NC-SA: name the author, not for profit, share alike")
    RESERVED = "reserved", _("All rights reserved")
