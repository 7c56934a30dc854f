"""FHIR R4: bundles of medication requests and statements to lists. The library of models is imported only with this package."""
