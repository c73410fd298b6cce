"""What learning does by itself: deadlines, reminders, marking, publishing of status lists."""
