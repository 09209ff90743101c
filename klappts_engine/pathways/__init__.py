"""Where a case can lead: the catalogue of steps, practice and place as layers of their own, and the search for ways."""
