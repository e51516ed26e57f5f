"""Answers to a category's own questions, as people read them."""

from complaints.models import Complaint, Question


def answered(case: Complaint) -> list[tuple[str, str]]:
    """Question and answer, in the order asked; an answer whose question is gone stands under its code."""
    if not case.details:
        return []
    labels: dict[str, str] = {
        question.code: question.label for question in Question.objects.filter(category=case.category_id)
    }
    order = [code for code in labels if code in case.details]
    order += [code for code in case.details if code not in labels]
    return [(labels.get(code) or code, _plain(case.details[code])) for code in order]


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
