"""Plans as departments write them: their rows, what their words about time mean, and files they are kept in.

Nothing here knows Django: whoever stores a plan hands its rows in and takes them out.
"""
