"""What the next import will do in a student's Anki, before anything is written."""
