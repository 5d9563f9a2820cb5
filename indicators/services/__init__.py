"""What people do with the catalogue, statistics, targets and values."""
