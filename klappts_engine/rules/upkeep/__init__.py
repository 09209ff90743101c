"""What keeps the law in order: lint, possible values, drift of texts, published cases."""
