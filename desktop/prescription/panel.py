"""A part of the prescription page: it follows the model and the selection, and works only while it can be seen."""

from __future__ import annotations

from desktop.prescription.choice import Selection
from desktop.prescription.view_model import PrescriptionViewModel
from desktop.widgets.following import FollowingPanel


class Panel(FollowingPanel):
    """Shows something of the model. A panel overrides `refresh` and `follow_choice`."""

    def __init__(self, model: PrescriptionViewModel, selection: Selection) -> None:
        super().__init__(model, selection)
        self.model = model
        self.selection = selection
