"""Files of bookmarks, read and written without asking anybody: bytes and text in, entries out."""
