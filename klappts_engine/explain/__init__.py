"""What a person asks next: why, why not, what would help, when, what changed, what else to tell."""
