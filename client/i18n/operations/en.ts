/** The words of the operations pages, in English. The shape of this object is the shape every language must have. */

export const operationsEn = {
  calendars: {
    text: 'When you are open. Queues, channels and service targets follow a calendar, each its own or all the same one.', add: 'New calendar', empty: 'Always open, so far', emptyText: 'Without a calendar every hour counts as working time. Make one to say when people answer.', gone: 'This calendar does not exist.',
    openNow: 'Open now', closedNow: 'Closed now', closesAt: 'closes {time}', opensAt: 'opens {time}', noChange: 'nothing changes within a year', unused: 'Nothing follows it yet', usedBy: 'Followed by: {names}',
    preview: 'Now and the next two weeks', noPreview: 'Shown as soon as the hours below are complete.', what: 'Name and place', nameHint: 'Shanghai office', zone: 'Time zone', zoneNow: 'It is {time} there now',
    week: 'The week', weekText: 'Hours that end past midnight belong to the day on which they begin; write 24:00 for the end of a day.', closedDay: 'Closed', nextDay: 'ends the next day', from: '{day}: from', to: '{day}: to', addInterval: 'Add hours: {day}', dropInterval: 'Remove these hours: {day}', sameAsMonday: 'Monday\'s hours for Tuesday to Friday',
    days: 'Special dates', daysText: 'Holidays, working days in exchange for a holiday, and dates with hours of their own.', kind: { holiday: 'Closed', 'make-up': 'Working day', exception: 'Special hours' }, kindName: 'What kind of day', like: 'like a {day}', likeName: 'Hours of which weekday', date: 'Date', dayName: 'Name, e.g. National Day', noDays: 'No special dates to come.', addDay: 'Add a date', past: '{n} past date | {n} past dates', hidePast: 'Hide past dates',
    paste: 'Paste dates', pasteText: 'One date or range a line with its name, or the text of a public notice. A line about going to work makes working days.', pasteHint: '2026-10-01 ~ 2026-10-07 National Day\n2026-10-10 make-up day', pasteRead: '{n} date read | {n} dates read', pasteTake: 'Add {n} date | Add {n} dates', pasteWrong: 'Not understood: {line}',
    removeText: '“{name}” is removed for good.', weekday: { mon: 'Monday', tue: 'Tuesday', wed: 'Wednesday', thu: 'Thursday', fri: 'Friday', sat: 'Saturday', sun: 'Sunday' }, short: { mon: 'Mon', tue: 'Tue', wed: 'Wed', thu: 'Thu', fri: 'Fri', sat: 'Sat', sun: 'Sun' },
  },
};
export type OperationsMessages = typeof operationsEn;
