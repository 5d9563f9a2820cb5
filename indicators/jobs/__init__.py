"""Bodies of background work: evaluating indicators and keeping stored values true to their sources."""
