"""Files that people bring, made into what services take."""
