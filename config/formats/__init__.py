"""How moments are written where Django's own way of a language does not serve; a folder for each such language."""
