"""From live objects to a picture of who owns whom."""
