"""Pages of indicators and collected numbers."""
