"""Reads a calendar file with icalendar and says what a calendar would show, one value a line."""
import sys
from icalendar import Calendar

with open(sys.argv[1], "rb") as file:
    calendar = Calendar.from_ical(file.read())
events = calendar.walk("VEVENT")
assert len(events) == 1, events
event = events[0]
assert not event.errors, event.errors
print(calendar["METHOD"])
print(event["UID"])
print(event.decoded("DTSTART").isoformat(), event["DTSTART"].params["TZID"])
print(event.decoded("DTEND").isoformat() if "DTEND" in event else "-")
print(event["SUMMARY"])
print(event["LOCATION"])
print(event["ORGANIZER"].params["CN"], event["ORGANIZER"])
