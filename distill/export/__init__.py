"""Finished stages as students: ONNX files with parity tests, manifest and card."""
