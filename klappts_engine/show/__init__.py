"""How answers read: words in German and English, and the lines of the terminal."""
