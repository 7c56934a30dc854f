"""The network of medicines: names as nodes, what was read of two of them as edges."""
