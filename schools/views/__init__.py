"""Pages of schools and of the identification."""
