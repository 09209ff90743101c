"""Where it can lead: the case over months, doors on any day, the search, and what ways tell."""
