"""What a person in a browser sees: refusals and previews, and forms that call the API."""
