"""What a person in a browser sees where a program gets JSON."""
