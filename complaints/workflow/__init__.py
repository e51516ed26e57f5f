from complaints.workflow.complaint import COMPLAINT
from complaints.workflow.subtask import SUBTASK

__all__ = ["COMPLAINT", "SUBTASK"]
