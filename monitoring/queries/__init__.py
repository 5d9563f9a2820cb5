"""Reads that span several models."""
