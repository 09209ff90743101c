"""What is known of a person: the vocabulary of facts, cases, assumptions, episodes and derived values."""
