from complaints.models.aids import AnswerTemplate, RoutingRule
from complaints.models.archive import ArchiveRule, Disposal
from complaints.models.case import Complaint
from complaints.models.case_rules import MOST_SUBTASKS
from complaints.models.category import Category
from complaints.models.correspondence import Answer, Handover, Message
from complaints.models.erasure import Erasure, Hold
from complaints.models.figures import MonthlyFigures
from complaints.models.interface import ApiKey, Question
from complaints.models.people import Disposition, Reporter
from complaints.models.publication import Follower, News, Publication, PublishedFile, PublishedWord
from complaints.models.saved import SavedView
from complaints.models.subtask import Subtask
from complaints.models.unsealing import Unsealing
from complaints.models.warnings import DeadlineWarning
from complaints.models.watching import WatchedSender

__all__ = [
    "MOST_SUBTASKS",
    "Answer",
    "AnswerTemplate",
    "ApiKey",
    "ArchiveRule",
    "Category",
    "Complaint",
    "DeadlineWarning",
    "Disposal",
    "Disposition",
    "Erasure",
    "Follower",
    "Handover",
    "Hold",
    "Message",
    "MonthlyFigures",
    "News",
    "Publication",
    "PublishedFile",
    "PublishedWord",
    "Question",
    "Reporter",
    "RoutingRule",
    "SavedView",
    "Subtask",
    "Unsealing",
    "WatchedSender",
]
