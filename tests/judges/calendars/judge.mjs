// Reads calendar files with a library of others, and keeps a calendar as a mail program does (RFC 5546, 2.1.5).
// stdin: {"files": {name: text}, "letters": [text]}; stdout: {"files": {name: [event]}, "kept": [[event]]}:
// what each file holds, and what stands in the calendar after each letter, in the order in which they arrive.
import {readFileSync} from 'node:fs';
import ICAL from 'ical.js';

const asked = JSON.parse(readFileSync(0, 'utf8'));

function read(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for(const zone of calendar.getAllSubcomponents('vtimezone')) {
    ICAL.TimezoneService.register(zone);  // the rules that the file brings, no others
  }
  return {
    method: calendar.getFirstPropertyValue('method'),
    events: calendar.getAllSubcomponents('vevent').map(each => {
      const event = new ICAL.Event(each);
      return {
        uid: event.uid, title: event.summary, sequence: event.sequence ?? 0,
        starts: event.startDate.toJSDate().toISOString(), ends: event.endDate.toJSDate().toISOString(),
        zone: event.startDate.zone.tzid, status: each.getFirstPropertyValue('status'),
        stamp: each.getFirstPropertyValue('dtstamp').toJSDate().getTime(),
        attendees: event.attendees.map(who => who.getFirstValue()),
      };
    }),
  };
}

const calendar = new Map();
function arrive(text) {
  const {method, events} = read(text);
  for(const event of events) {
    const known = calendar.get(event.uid);
    const isNewer = !known || event.sequence > known.sequence ||
      (event.sequence === known.sequence && event.stamp >= known.stamp);
    if(isNewer) {
      calendar.set(event.uid, {...event, isOff: method === 'CANCEL'});
    }
  }
  return [...calendar.values()].filter(each => !each.isOff);
}

const files = Object.fromEntries(Object.entries(asked.files ?? {}).map(([name, text]) => [name, read(text).events]));
console.log(JSON.stringify({files, kept: (asked.letters ?? []).map(arrive)}));
