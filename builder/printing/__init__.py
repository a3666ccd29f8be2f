"""Text on paper: sizes of paper, imposition, and fitting text to cards; pure throughout."""
