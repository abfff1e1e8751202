"""Training what `care.understanding` reads: `make model`. Nothing here runs with the bot."""
