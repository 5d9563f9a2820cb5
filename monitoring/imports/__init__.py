"""Import of official spreadsheets, the pure half: files → rows → tallies by school → checked results. No Django in
here."""
