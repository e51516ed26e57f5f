from django.db import models


class Bare(models.Model):
    """The yardstick's table; bench.database makes it, so no migration knows of it."""

    number = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=20)
    received_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "bare"
