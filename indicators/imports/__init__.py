"""Spreadsheets of collected numbers: checked here without the database, lookups are handed in."""
