"""The officers' pages: rendered here, usable without JavaScript. They never send."""
