"""One form per step of the table; the files are named for who fills them, as the services are."""

from complaints.forms.common import ReasonForm
from complaints.forms.handling import (
    AnswerForm,
    AssignForm,
    DecisionForm,
    DelegateForm,
    QuestionForm,
    ScheduleForm,
    StartForm,
)
from complaints.forms.holding import AcceptForm, ObjectionForm, ReplyForm, TakeBackForm
from complaints.forms.reclassifying import ExtendForm, ReclassifyForm
from complaints.forms.subtasks import AskUnitForm, CancelSubtaskForm, FinishSubtaskForm
from complaints.forms.triage import (
    ArchiveForm,
    CompletionForm,
    DuplicateForm,
    HandoverForm,
    VerifyForm,
    WithdrawalForm,
)

__all__ = [
    "AcceptForm",
    "AnswerForm",
    "ArchiveForm",
    "AskUnitForm",
    "AssignForm",
    "CancelSubtaskForm",
    "CompletionForm",
    "DecisionForm",
    "DelegateForm",
    "DuplicateForm",
    "ExtendForm",
    "FinishSubtaskForm",
    "HandoverForm",
    "ObjectionForm",
    "QuestionForm",
    "ReasonForm",
    "ReclassifyForm",
    "ReplyForm",
    "ScheduleForm",
    "StartForm",
    "TakeBackForm",
    "VerifyForm",
    "WithdrawalForm",
]
