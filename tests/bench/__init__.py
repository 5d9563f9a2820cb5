"""The portal's speed as ratios: `make bench`. Not collected by pytest, for no test fails by elapsed time."""
