"""The second calculation against the engine."""
