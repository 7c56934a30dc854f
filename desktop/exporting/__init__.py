"""Taking a report out of the program: dialog, PDF, printer, clipboard."""
