"""Opening and saving lists: the file at hand, the choice among several lists of one file, drag and drop."""
