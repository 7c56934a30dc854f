"""Lists of medicines in files: reading what others write, keeping what is written here."""
