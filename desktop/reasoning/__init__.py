"""What the student writes about a finding, beside the reasoning that knowledge gives, and never part of it."""
