"""A list's table: every cell inert, every cell named on a phone."""

from django.template import Context, Template
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from biroumum.web.tables import Column, table

EVIL = "<script>&\"'{0}%s"
INERT = "&lt;script&gt;&amp;&quot;&#x27;{0}%s"


def test_whatever_stands_in_caption_label_or_cell_stays_text():
    shown = table(EVIL, [Column(EVIL, lambda row: row), Column(EVIL, lambda row: row)], [EVIL])
    assert "<script" not in shown
    assert shown.count(INERT) == 1 + 2 + 1 + 2  # caption, headings, label of the second cell, cells


def test_html_made_on_purpose_is_kept_and_its_parts_are_escaped():
    columns = [Column("Nomor", lambda row: format_html("<b>{}</b>", row))]
    assert '<th scope="row"><b>&lt;i&gt;</b></th>' in table("Daftar", columns, ["<i>"])


def test_the_first_column_names_the_row_and_the_others_say_their_label_on_a_phone():
    columns = [
        Column(gettext_lazy("Nomor"), lambda row: row),
        Column("Perihal", lambda row: None, told=False),
        Column("Batas", lambda row: 3),
    ]
    shown = Template("{% table 'Daftar' columns rows %}").render(Context({"columns": columns, "rows": [1]}))
    assert shown == (
        '<table><caption>Daftar</caption>\n<thead><tr><th scope="col">Nomor</th><th scope="col">Perihal</th>'
        '<th scope="col">Batas</th></tr></thead>\n<tbody><tr><th scope="row">1</th><td>None</td>'
        '<td data-label="Batas">3</td></tr></tbody></table>'
    )


def test_what_is_kept_is_drawn_once_and_shown_twice_as_it_was():
    drawn = []
    source = "{% keep as part %}<a>{{ draw }}{{ evil }}</a>{% endkeep %}{{ part }}{{ part }}"
    context = Context({"draw": lambda: drawn.append(1) or "", "evil": "<i>"})
    assert Template(source).render(context) == "<a>&lt;i&gt;</a>" * 2
    assert drawn == [1]
