from complaints.services.accused import name_accused
from complaints.services.archiving import dispose
from complaints.services.closing import (
    accept_answer,
    close,
    end_window,
    grant_reopening,
    object_to_answer,
    object_to_outcome,
    refuse_reopening,
    restore,
    resume_reopened,
)
from complaints.services.codes import hash_api_key
from complaints.services.figures import keep_figures
from complaints.services.following import (
    announce,
    ask_to_follow,
    confirm_following,
    follower_of,
    forget_unconfirmed,
    stop_following,
    tell_followers,
)
from complaints.services.handling import (
    answer,
    ask_reporter,
    assign,
    continue_work,
    delegate,
    receive_reply,
    return_assignment,
    schedule,
    start_work,
)
from complaints.services.holding import may_rate, rate, replace_code
from complaints.services.intake import Contact, Filed, submit_complaint
from complaints.services.keeping import held, hold, lift_hold
from complaints.services.messages import note_look, open_identity, send_message, tracked_complaint
from complaints.services.publication import check_publishable, publish, unpublish
from complaints.services.reclassifying import extend, reclassify
from complaints.services.retention import anonymise
from complaints.services.saved import delete_view, save_view
from complaints.services.subtasks import ask_unit, cancel_subtask, finish_subtask, open_subtasks
from complaints.services.triage import (
    archive,
    ask_completion,
    complete,
    hand_over,
    lapse,
    mark_duplicate,
    remind_reporter,
    take_back,
    verify,
    withdraw,
)
from complaints.services.unsealing import ask_unsealing, decide_unsealing, open_sealed, withdraw_unsealing
from complaints.services.warning import remind_scheduled, warn_of_deadlines
from complaints.services.whistle import hand_back, hand_in, inspect

__all__ = [
    "Contact",
    "Filed",
    "accept_answer",
    "announce",
    "anonymise",
    "answer",
    "archive",
    "ask_completion",
    "ask_reporter",
    "ask_to_follow",
    "ask_unit",
    "ask_unsealing",
    "assign",
    "cancel_subtask",
    "check_publishable",
    "close",
    "complete",
    "confirm_following",
    "continue_work",
    "decide_unsealing",
    "delegate",
    "delete_view",
    "dispose",
    "end_window",
    "extend",
    "finish_subtask",
    "follower_of",
    "forget_unconfirmed",
    "grant_reopening",
    "hand_back",
    "hand_in",
    "hand_over",
    "hash_api_key",
    "held",
    "hold",
    "inspect",
    "keep_figures",
    "lapse",
    "lift_hold",
    "mark_duplicate",
    "may_rate",
    "name_accused",
    "note_look",
    "object_to_answer",
    "object_to_outcome",
    "open_identity",
    "open_sealed",
    "open_subtasks",
    "publish",
    "rate",
    "receive_reply",
    "reclassify",
    "refuse_reopening",
    "remind_reporter",
    "remind_scheduled",
    "replace_code",
    "restore",
    "resume_reopened",
    "return_assignment",
    "save_view",
    "schedule",
    "send_message",
    "start_work",
    "stop_following",
    "submit_complaint",
    "take_back",
    "tell_followers",
    "tracked_complaint",
    "unpublish",
    "verify",
    "warn_of_deadlines",
    "withdraw",
    "withdraw_unsealing",
]
