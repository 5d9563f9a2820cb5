"""What people attach as evidence, made safe to keep and to show: bytes in, a known kind or a refusal in words out.

Nothing here knows Django, the database or who is asking; `roadmaps.evidence_files` stores and serves.
"""
