"""The page of one complaint, its acts, its files, its history, and the registration of a new one."""
