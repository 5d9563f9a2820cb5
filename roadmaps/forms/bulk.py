"""The form of one decision about many rows."""

from typing import Any

from django import forms

from roadmaps.forms.progress import OverruleForm
from roadmaps.forms.rows import ReasonForm
from roadmaps.models import Roadmap
from roadmaps.services.bulk import BulkAction

ASKS_FOR_A_REASON = (BulkAction.RETURN, BulkAction.OVERRULE, BulkAction.CANCEL)


class BulkForm(ReasonForm):
    """What the action asks for besides the rows."""

    status = forms.ChoiceField(label="Состояние", required=False, choices=OverruleForm.base_fields["status"].choices)
    field_order = ("status", "reason")

    def __init__(self, *args: Any, action: BulkAction, roadmap: Roadmap, **kwargs: Any) -> None:
        is_amendment = action is BulkAction.RESPONSIBLE and roadmap.state == Roadmap.State.APPROVED
        super().__init__(*args, is_asked=is_amendment or action in ASKS_FOR_A_REASON, **kwargs)
        if action is not BulkAction.OVERRULE:
            del self.fields["status"]
        if action is BulkAction.ACCEPT:
            del self.fields["reason"]
        if action is BulkAction.RETURN:
            self.fields["reason"].label = "Что исправить"
