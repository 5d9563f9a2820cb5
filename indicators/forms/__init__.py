"""What people type about indicators: collected numbers, definitions."""
