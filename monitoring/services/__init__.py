"""What people do with uploads and results."""
