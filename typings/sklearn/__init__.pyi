"""What we call of scikit-learn."""

__version__: str
