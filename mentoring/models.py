"""Pairings, meetings and methodical help will live here."""
