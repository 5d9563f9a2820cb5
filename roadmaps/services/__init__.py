"""What people do with programmes and roadmaps."""
