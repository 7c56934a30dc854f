"""What we call of nn.init."""

from torch import Tensor

def normal_(value: Tensor, std: float = ...) -> Tensor: ...
