"""The passport of a programme as plain texts: its parts, and what differs between two states of it. Knows no Django."""
