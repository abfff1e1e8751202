"""Everything said to families: words and dates in files, and the Python that reads them.

`library.load` gives the frozen library, `render.render` a message for one reader, `check.check`
every problem of the files at once.
"""
