"""Reads of schools and identification for pages and imports."""
