"""What other systems speak: JSON Schemas of cases and answers."""
