from complaints.models.case import Category, Complaint
from complaints.models.correspondence import Answer, Handover, Message
from complaints.models.people import Disposition, Reporter

__all__ = ["Answer", "Category", "Complaint", "Disposition", "Handover", "Message", "Reporter"]
