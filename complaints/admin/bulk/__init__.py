"""Pages of bulk intake and export: who may see which run, uploads, mappings, progress, results, the ledger. (IN-9)"""
