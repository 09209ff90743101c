"""What exists: the catalogue of steps, with practice and place as layers of their own."""
