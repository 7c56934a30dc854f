"""What we call of its fingerprints."""

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem import Mol

class Generator:
    def GetFingerprintAsNumPy(self, molecule: Mol) -> NDArray[np.uint8]: ...

def GetMorganGenerator(*, radius: int, fpSize: int) -> Generator: ...
