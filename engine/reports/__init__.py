"""What leaves the program: the record for the file, the patient's sheet, the table and the data. No Qt."""
