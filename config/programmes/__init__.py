"""Municipal programmes from `fixtures/`: read as data, never loaded over what people have changed."""
