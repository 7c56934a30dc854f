"""Many abstracts: a folder or an export of PubMed is read in the background, and what was read is shown while it grows."""
