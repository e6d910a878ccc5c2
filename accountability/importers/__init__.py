"""Files of others with what was found in the past. (AC-1)"""
