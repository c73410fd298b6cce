"""What learning lends to the pages below: desk, panels, data of a person, navigation."""
