"""What we call of safetensors."""

