"""Building: which outputs to make, and writing them whole or not at all."""
