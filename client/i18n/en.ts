/** English. The shape of this object is the shape every language must have. */

export const en = {
  nav: { main: 'Main', inbox: 'Inbox', contacts: 'Contacts', answers: 'Bot answers', settings: 'Settings', commands: 'Commands', shortcuts: 'Keyboard shortcuts' },
  theme: { flip: 'Light or dark', system: 'As the system', light: 'Light', dark: 'Dark' },
  action: {
    retry: 'Try again', back: 'Back', undo: 'Undo', ok: 'OK', save: 'Save', cancel: 'Cancel', add: 'Add', edit: 'Edit', remove: 'Delete', close: 'Close', copy: 'Copy', copied: 'Copied',
    more: 'More', resolve: 'Resolve', reopen: 'Reopen', snooze: 'Snooze', assign: 'Assign or transfer', assignMe: 'Assign to me', pending: 'Wait for the customer', next: 'Continue', skip: 'Skip for now', test: 'Test',
  },
  done: { resolved: 'Resolved', snoozed: 'Snoozed', saved: 'Saved', removed: 'Deleted', added: 'Added' },
  problem: {
    title: 'That did not work', unknown: 'Something went wrong. Please try again.', network: 'The server cannot be reached. Check your connection and try again.',
    forbidden: 'Your role does not allow this. Ask an administrator.', load: 'This could not be loaded.',
  },
  banner: { offline: 'You are offline. Keep writing: your messages are kept here and sent as soon as the connection is back.', back: 'Connected again. Nothing was missed.' },
  field: {
    name: 'Name', email: 'Email', password: 'Password', language: 'Language', role: 'Role', skills: 'Skills', capacity: 'Capacity', optional: 'optional', required: 'This field is required',
    search: 'Search',
  },
  role: { admin: 'Administrator', supervisor: 'Supervisor', agent: 'Agent' },
  signIn: {
    title: 'Sign in', text: 'All your customer conversations in one place.', submit: 'Sign in', out: 'Sign out', wrong: 'The email or the password is not right.',
    tooMany: 'Too many attempts. Please wait a minute and try again.',
  },
  state: {
    available: 'Available', busy: 'Busy', break: 'On a break', offline: 'Offline', missed: 'Missed an offer', load: '{share}% of your capacity in use',
    button: 'Your state: {state}, {share}% busy. Change it',
    about: { available: 'New conversations are offered to you', busy: 'No new offers, current ones go on', break: 'Back soon, no new offers', offline: 'Done for now', missed: 'Set yourself available again' },
  },
  palette: { hint: 'Type a command or a page', conversation: 'This conversation', state: 'My state', places: 'Go to', look: 'Look' },
  shortcuts: {
    hint: 'Inside a text field hold Alt with the same key.', next: 'Next conversation', previous: 'Previous conversation', reply: 'Reply', note: 'Private note', resolve: 'Resolve or reopen',
    snooze: 'Snooze', assign: 'Assign or transfer', accept: 'Accept the offer', details: 'Details', search: 'Search', inbox: 'Inbox', sheet: 'This list', send: 'Send', sendResolve: 'Send and resolve',
  },
  notice: { offer: 'A conversation is offered to you', message: 'New message', mention: 'You were mentioned' },
  status: { active: 'Active', open: 'Open', pending: 'Pending', snoozed: 'Snoozed', resolved: 'Resolved' },
  priority: { 0: 'Lowest', 1: 'Low', 2: 'Normal', 3: 'High', 4: 'Urgent' },
  list: {
    region: 'Conversations', views: 'Views', view: { mine: 'Mine', unassigned: 'Unassigned', all: 'All' }, search: 'Search conversations', filter: 'Filter by status and channel', allChannels: 'All channels',
    waiting: '{n} new | {n} new', waits: 'waits {time}', draft: 'Draft', byBot: 'Bot: ', byUs: 'Us: ', withBot: 'Bot', unread: '{n} unread message | {n} unread messages', channelGone: 'Channel removed',
    noPreview: 'No text', loading: 'Loading conversations', failed: 'The list could not be loaded', noMatch: 'Nothing found', comma: ', ',
    empty: { mine: 'Nothing is waiting for you', unassigned: 'Nobody is waiting', all: 'No conversations here' },
    emptyText: 'New conversations appear here by themselves. Another status or view may have more.',
  },
  offer: { label: 'Offer: {name}', accept: 'Accept', decline: 'Decline' },
  thread: {
    region: 'Conversation', messages: 'Messages', none: 'Choose a conversation', noneText: 'Press J and K to walk through the list, R to reply, E to resolve, ? to see every key.', gone: 'This conversation does not exist',
    loading: 'Loading…', viewing: '{names} is also looking', writing: '{names} is writing', typing: '{name} is typing…', unread: 'New', toEnd: 'To the latest message', missed: '{n} new message | {n} new messages',
  },
  entry: {
    bot: 'Bot', me: 'Me', system: 'System', program: 'Program', someone: 'Somebody', note: 'Private note', noteBy: 'Private note by {name}', messageBy: 'Message from {name}', sources: 'Sources', attachment: 'Attachment',
    openPicture: 'Open picture {name}', unreadable: 'This message could not be read: {reason}. The original is attached.', noSubject: '(no subject)', cc: 'Copy to {names}', mailBody: 'Formatted mail',
    picturesBlocked: 'Pictures from other servers are blocked: loading them would tell the sender that you read this.', showPictures: 'Show pictures', showQuoted: 'Show quoted text', hideQuoted: 'Hide quoted text',
    automatic: { 'auto-reply': 'Automatic reply', bounce: 'Returned mail', bulk: 'Mailing list' },
  },
  delivery: { queued: 'Waiting to be sent', sent: 'Sent', delivered: 'Delivered', read: 'Read', failed: 'Not delivered', unknown: 'Perhaps sent' },
  outbox: {
    sending: 'Sending…', failed: 'Not sent. {reason}', conflict: 'Somebody replied while you were writing. Read it first, then decide.', anyway: 'Send anyway', edit: 'Edit',
  },
  handOver: {
    title: 'Handed over by the bot', why: 'Reason', summary: 'Summary', tried: 'Answers tried',
    reason: { asked: 'The customer asked for a person', 'low-confidence': 'No answer the bot could prove', policy: 'A rule says people handle this', error: 'The bot had a problem', 'automatic-off': 'Automatic answers are off' },
  },
  activity: {
    assigned: '{who} assigned this to {to}', assignedAuto: 'Assigned to {to}', took: '{who} took this conversation', unassigned: '{who} removed the assignee', unassignedAuto: 'No longer assigned',
    transferred: '{who} transferred this to {queue}', queued: 'Waiting in {queue}', waiting: 'Waiting for a person', declined: '{who} declined the offer', missed: 'The offer was not answered in time', returned: '{who} put this back in line',
    resolved: '{who} resolved this', resolvedBy: { bot: 'Resolved by the bot', contact: 'Ended by the customer', system: 'Resolved automatically' }, reopened: '{who} reopened this', reopenedAuto: 'Reopened: the customer wrote again',
    snoozed: '{who} snoozed this until {until}', woken: 'Back from snooze', pending: '{who} waits for the customer', labelled: '{who} set the labels {labels}', unlabelled: '{who} removed all labels',
    prioritised: '{who} set the priority to {priority}', other: 'Event: {kind}',
  },
  snooze: { hour: 'In one hour', evening: 'This evening', tomorrow: 'Tomorrow morning', monday: 'Next Monday', custom: 'Until a time of your choice' },
  assign: { people: 'People', queues: 'Queues', hint: 'Search for a person or a queue' },
  composer: {
    mode: 'What you write', reply: 'Reply', note: 'Private note', replyHint: 'Write to the customer. / for canned replies', noteHint: "Only your team sees this. {'@'} mentions a colleague", botHint: 'The bot is answering. If you write, you take over.',
    noteSafe: 'Customers never see notes', via: 'via {channel}', attach: 'Attach files', canned: 'Canned replies', enter: 'Enter sends · Shift+Enter new line', send: 'Send', addNote: 'Add note', sendResolve: 'Send and resolve',
    moreSend: 'More ways to send', tooLong: '{length} of {limit} characters: too long for this channel', drop: 'Drop files to attach them', fileTooLarge: 'Larger than {limit}', removeFile: 'Remove {name}',
    popup: { canned: 'Canned replies', mention: 'Colleagues' },
  },
  context: {
    region: 'Details', assignee: 'Assignee', queue: 'Queue', priority: 'Priority', status: 'Status', labels: 'Labels', customer: 'Customer', history: 'Earlier conversations', nobody: 'Nobody', noQueue: 'No queue',
    me: 'Me ({name})', snoozedUntil: 'Snoozed until {time}', removeLabel: 'Remove label {name}', addLabel: 'Label', noLabels: 'No labels yet', phone: 'Phone', noHistory: 'This is their first conversation.',
  },
};

/** What a language must say. */
export type Messages = typeof en;
