"""Spreadsheets that people fill in about schools: checked here without the database, lookups are handed in."""
