"""A part of the abstract page: it follows the model and the selection, and works only while it can be seen."""

from __future__ import annotations

from desktop.abstract.choice import RelationSelection
from desktop.abstract.view_model import AbstractViewModel
from desktop.widgets.following import FollowingPanel


class AbstractPanel(FollowingPanel):
    """Shows something of what was read. A panel overrides `refresh` and `follow_choice`."""

    def __init__(self, model: AbstractViewModel, selection: RelationSelection) -> None:
        super().__init__(model, selection)
        self.model = model
        self.selection = selection
