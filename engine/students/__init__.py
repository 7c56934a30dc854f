"""Students: small local models with their manifests, opened once and checked when they are opened."""
