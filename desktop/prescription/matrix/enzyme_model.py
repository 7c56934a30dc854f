"""Medicines by the enzymes and transporters that they share, as a Qt model: a cell holds the roles of one at one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QPersistentModelIndex, Qt

from desktop.prescription.matrix.grid import LOOK_ROLE, CellLook

if TYPE_CHECKING:
    from engine.interactions.enzymes import EnzymeMember, SharedEnzyme

Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole
_NOWHERE = QModelIndex()
_SPOKEN = frozenset({_ROLE.ToolTipRole, _ROLE.AccessibleTextRole})
ROLE_LETTERS = {"inhibitor": "I", "inducer": "D", "substrate": "S"}
WIDEST = "D•••"
# What changes an enzyme stands out from what is handled by it; both keep a contrast of 4.5:1 in light and dark.
_CHANGES = ("#1f1a00", "#ffd75e")
_HANDLED = ("#0b2540", "#cfe3f7")


def _said(text: str) -> str:
    return QCoreApplication.translate("EnzymeModel", text)


def sign_of(member: EnzymeMember) -> str:
    """Letter of the role, with one to three dots for the strength or a question mark."""
    return ROLE_LETTERS[member.role] + ("•" * member.rank or "?")


def role_words(member: EnzymeMember) -> str:
    """A role in words."""
    words = {"inhibitor": _said("inhibitor"), "inducer": _said("inducer"), "substrate": _said("substrate")}[member.role]
    return f"{member.strength} {words}" if member.strength else _said("{0}, strength not stated").format(words)


class EnzymeModel(QAbstractTableModel):
    """Rows are medicines with a role at any shared enzyme, columns the enzymes, the most relevant first."""

    def __init__(self) -> None:
        super().__init__()
        self.enzymes: tuple[SharedEnzyme, ...] = ()
        self.rows: tuple[tuple[int, str], ...] = ()
        self._members: dict[tuple[int, int], list[EnzymeMember]] = {}

    def show_enzymes(self, enzymes: tuple[SharedEnzyme, ...], titles: Sequence[str]) -> None:
        """Show another map. `titles` are those of the report's `drugs`."""
        self.beginResetModel()
        self.enzymes = enzymes
        self.rows = tuple(sorted({(one.row, titles[one.row]) for enzyme in enzymes for one in enzyme.members}))
        number_of = {row: number for number, (row, _name) in enumerate(self.rows)}
        self._members = {}
        for column, enzyme in enumerate(enzymes):
            for member in enzyme.members:
                self._members.setdefault((number_of[member.row], column), []).append(member)
        self.endResetModel()

    @property
    def most_roles(self) -> int:
        """Roles in the fullest cell, at least 1."""
        return max(map(len, self._members.values()), default=1)

    def members(self, index: Index) -> list[EnzymeMember]:
        """Roles of a cell: what changes the enzyme first."""
        return self._members.get((index.row(), index.column()), [])

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Number of medicines."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Number of enzymes and transporters."""
        return 0 if parent.isValid() else len(self.enzymes)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """The signs of a cell, its look, or the cell in words."""
        if not index.isValid():
            return None
        members = self.members(index)
        signs = "\n".join(map(sign_of, members))
        if role == _ROLE.DisplayRole:
            return signs
        if role == LOOK_ROLE:
            if not members:
                return CellLook("")
            changes = any(member.role != "substrate" for member in members)
            return CellLook(signs, *(_CHANGES if changes else _HANDLED))
        if role in _SPOKEN:
            name, target = self.rows[index.row()][1], self.enzymes[index.column()].target
            said = "; ".join(map(role_words, members)) or _said("no role at hand")
            return f"{name}, {target}: {said}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> object:
        """The medicine's or the enzyme's name."""
        if role != _ROLE.DisplayRole and role not in _SPOKEN:
            return None
        titles = self.row_titles if orientation is Qt.Orientation.Vertical else self.column_titles
        return titles[section] if 0 <= section < len(titles) else None

    @property
    def row_titles(self) -> tuple[str, ...]:
        """Names of the medicines."""
        return tuple(name for _row, name in self.rows)

    @property
    def column_titles(self) -> tuple[str, ...]:
        """Names of the enzymes and transporters."""
        return tuple(enzyme.target for enzyme in self.enzymes)
