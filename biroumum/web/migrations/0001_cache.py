"""The table of the cache: counters and short-lived figures. Unlogged: each count would wait for the disk, and after
a crash of the database they may begin anew."""

from django.db import migrations

CREATE = """
CREATE UNLOGGED TABLE IF NOT EXISTS web_cache (
    cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS web_cache_expires ON web_cache (expires);
ALTER TABLE web_cache SET UNLOGGED;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list = []
    operations = [migrations.RunSQL(CREATE, "DROP TABLE web_cache")]
