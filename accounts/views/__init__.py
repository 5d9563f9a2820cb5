"""Pages about people, long work and how to use the portal."""
