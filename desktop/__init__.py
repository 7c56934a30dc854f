"""The PySide6 windows of Coprescribe; they call the engine and know nothing of training."""
