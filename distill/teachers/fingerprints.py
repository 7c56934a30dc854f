"""Structures as Morgan fingerprints (Rogers and Hahn, J Chem Inf Model 2010) and how alike they are. Needs RDKit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rdkit import rdBase
from rdkit.Chem import MolFromSmiles
from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Fingerprints by medicine. `rows`: place by medicine. `bits` (medicines, bits) of 0 and 1.

    A medicine without a structure, or with one that RDKit cannot read, has no place.
    """

    rows: Mapping[str, int]
    bits: NDArray[np.uint8]

    def row(self, medicine: str) -> int:
        """Place of a medicine; -1 for one without a structure."""
        return self.rows.get(medicine, -1)


def fingerprints_of(smiles: Mapping[str, str], bits: int = 2048, radius: int = 2) -> Fingerprints:
    """Fingerprints of structures that are written as SMILES. `radius`: in bonds.

    Raises:
        ValueError: no structure can be read.
    """
    generator = GetMorganGenerator(radius=radius, fpSize=bits)
    rows: dict[str, int] = {}
    found: list[NDArray[np.uint8]] = []
    # Odd structures are left out and counted by whoever asks: they need no lines on the terminal.
    with rdBase.BlockLogs():
        for medicine in sorted(smiles):
            molecule = MolFromSmiles(smiles[medicine])
            if molecule is not None:
                rows[medicine] = len(found)
                found.append(generator.GetFingerprintAsNumPy(molecule))
    if not found:
        raise ValueError("no structure can be read")
    return Fingerprints(rows, np.stack(found))


def tanimoto(bits: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How alike each two are: shared bits over all bits (medicines, medicines), 0 to 1."""
    held = bits.astype(np.float32)
    shared = held @ held.T
    counts = held.sum(axis=1)
    union = counts[:, None] + counts[None, :] - shared
    likeness: NDArray[np.float32] = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return likeness
