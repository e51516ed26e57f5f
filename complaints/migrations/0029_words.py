"""The words that are searched are made when a text is written, no longer of each row that a search looks at."""

from django.db import migrations

INDEXES = {"complaint": "complaint_words", "publication": "publication_words"}
ADD = """
ALTER TABLE public.complaints_{table} ADD COLUMN words tsvector NOT NULL
    GENERATED ALWAYS AS (to_tsvector('indonesian'::regconfig, title || ' ' || description)) STORED;
CREATE INDEX {index} ON public.complaints_{table} USING gin (words)"""
DROP = "ALTER TABLE public.complaints_{table} DROP COLUMN words"


class Migration(migrations.Migration):
    dependencies = [("complaints", "0028_told")]

    operations = [
        operation
        for table, index in INDEXES.items()
        for operation in (
            migrations.RemoveIndex(table, index),
            migrations.RunSQL(ADD.format(table=table, index=index), DROP.format(table=table)),
        )
    ]
