"""Reads for the pages of analysis.

What compares a school with others is worked out over the whole municipality, as indicators are; of others only that is
shown which the person sees.
"""
