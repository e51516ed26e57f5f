"""Every column with words in the tables of a case is cleaned when its time is over, or stays for a reason."""

from django.apps import apps
from django.db.models import CharField, JSONField, TextField

from biroumum.documents.models import Attachment, IssuedDocument
from biroumum.notifications import models as mail
from biroumum.worktime.models import Clock, ClockEvent
from complaints.services import personal

# Columns with words in them that stay, each with its reason. A new column is cleaned or stands here.
CASES_NUMBER = "number of the case, or a key made of it"
CODE = "one of a list of ours"
FIXED = "a sentence of ours with the case's number, never a citizen's words"
WHOLE = "the row goes whole"
CLEANED = "cleaned in its own app"
FORGOTTEN = "forgotten with the contact"
KEPT = {
    "complaints.complaint.number": CASES_NUMBER,
    "complaints.complaint.external_ref": "the number at the channel it came by",
    "complaints.reporter.language": WHOLE,
    "complaints.reporter.name": WHOLE,
    "complaints.reporter.email": WHOLE,
    "complaints.reporter.phone": WHOLE,
    "complaints.reporter.new_email": WHOLE,
    "complaints.reporter.change_word": WHOLE,
    "complaints.reporter.entry_word": WHOLE,
    "complaints.follower.email": WHOLE,
    "complaints.follower.language": WHOLE,
    "complaints.news.state": CODE,
    "complaints.publishedword.word": "the trigger follows the published title",
    "documents.attachment.subject": CASES_NUMBER,
    "documents.attachment.sha256": "proof of what was received; says nothing without the file",
    "documents.attachment.media_type": CODE,
    "documents.attachment.name": CLEANED,
    "documents.issueddocument.code": "what a paper that was given out is checked by",
    "documents.issueddocument.kind": CODE,
    "documents.issueddocument.subject": CASES_NUMBER,
    "documents.issueddocument.title": "kind and number, for everyone who holds the code",
    "documents.issueddocument.office": "name of the office",
    "documents.issueddocument.sha256": "what a paper that was given out is checked by",
    "documents.issueddocument.content": "what a paper that was given out is checked by",
    "documents.issueddocument.revoked_reason": FIXED,
    "notifications.message.key": CASES_NUMBER,
    "notifications.message.subject_key": CASES_NUMBER,
    "notifications.message.subject_line": FIXED,
    "notifications.message.language": CODE,
    "notifications.message.message_id": "made of chance",
    "notifications.message.stop": "the address of a page, with a signed number",
    "notifications.message.to": FORGOTTEN,
    "notifications.message.text": FORGOTTEN,
    "notifications.message.html": FORGOTTEN,
    "notifications.messageattachment.name": WHOLE,
    "notifications.messageattachment.media_type": WHOLE,
    "notifications.delivery.reply": FORGOTTEN,
    "notifications.notification.text": FIXED,
    "notifications.notification.url": CASES_NUMBER,
    "notifications.notification.subject_key": CASES_NUMBER,
    "worktime.clock.subject": CASES_NUMBER,
    "worktime.clock.code": CODE,
    "worktime.clock.outcome": CODE,
    "worktime.clockevent.reason": CLEANED,
}
# Reference tables and an officer's own filters: no row of theirs belongs to a case.
ELSEWHERE = (
    "archiverule category routingrule answertemplate question apikey watchedsender monthlyfigures savedview"
).split()
BESIDE = (
    Attachment, IssuedDocument, mail.Message, mail.MessageAttachment, mail.Delivery, mail.Notification, Clock, ClockEvent,
)  # fmt: skip


def words_of_tables():
    own = [
        model
        for model in apps.get_app_config("complaints").get_models()
        if model._meta.model_name not in ELSEWHERE
    ]
    for model in (*own, *BESIDE):
        for field in model._meta.concrete_fields:
            if isinstance(field, CharField | TextField | JSONField) and not field.choices:
                yield f"{model._meta.label_lower}.{field.name}", model, field.name


def test_every_column_with_words_is_cleaned_or_stays_for_a_reason():
    cleaned = {key for key, model, name in words_of_tables() if name in personal.WORDS.get(model, ())}
    named = {key for key, _model, _name in words_of_tables()}
    assert cleaned == {
        f"{model._meta.label_lower}.{name}" for model, names in personal.WORDS.items() for name in names
    }
    assert named - cleaned == KEPT.keys()
