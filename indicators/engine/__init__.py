"""The engine: evaluates indicators of a municipality and keeps stored values equal to what their sources give."""

from indicators.engine.recompute import Outcome, recompute
from indicators.engine.scope import Scope

__all__ = ["Outcome", "Scope", "recompute"]
