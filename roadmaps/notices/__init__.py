"""What people are told, when and in which words: rules without Django."""
