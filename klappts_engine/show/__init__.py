"""How answers read: words in German and English, lines of the terminal, and displays for notebooks and pages."""
