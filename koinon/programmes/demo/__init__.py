"""The demo's programme: a cascade of four generations. People are roles, figures are made up, all of it is marked."""
