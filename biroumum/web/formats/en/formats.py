"""English as in Britain: the day stands before the month, as in Indonesian."""

from django.conf.locale.en_GB.formats import *  # noqa: F403
