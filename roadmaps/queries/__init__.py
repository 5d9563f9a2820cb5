"""Reads across models that return plain data."""
