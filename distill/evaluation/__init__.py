"""How students are measured: the protocols of the published tasks, intervals and calibration, in plain Python."""
