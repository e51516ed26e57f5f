"""Who may do what to a complaint, from which state to which. Source: SP4N-LAPOR! practice and UU 25/2009.

The rows stand by the stretch of the road they belong to; guards and effects are named there and written in `guards` and
`services`.
"""

from biroumum.workflow.engine import Workflow
from complaints.states import ENDED, State as S
from complaints.workflow.handling import HANDLING
from complaints.workflow.intake import INTAKE
from complaints.workflow.objection import OBJECTION
from complaints.workflow.whistle import WHISTLE

COMPLAINT = Workflow(
    "complaints.Complaint",
    *INTAKE,
    *HANDLING,
    *OBJECTION,
    *WHISTLE,
    initial=S.RECEIVED,
    terminal=ENDED,
)
