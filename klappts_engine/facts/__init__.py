"""What is known of a person: the vocabulary, cases, assumptions, episodes, derived values."""
