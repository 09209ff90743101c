"""How answers read: words, lines of the terminal, and displays for notebooks and pages."""
