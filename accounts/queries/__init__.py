"""What the pages of the ground floor show: people, jobs."""
