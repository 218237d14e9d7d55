/** English. The shape of this object is the shape every language must have. */

export const en = {
  nav: { main: 'Main', inbox: 'Inbox', contacts: 'Contacts', bot: 'Bot', operations: 'Operations', settings: 'Settings', commands: 'Commands', shortcuts: 'Keyboard shortcuts' },
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
    available: 'Available', busy: 'Busy', break: 'On a break', training: 'Training', outbound: 'Outbound only', offline: 'Offline', missed: 'Missed', away: 'Away', offlineHint: 'You are offline: nothing is offered to you.', missedHint: 'You missed two offers, so nothing more is offered to you.', awayHint: 'You seemed to be away, so nothing more is offered to you.', goAvailable: 'Go available', load: '{share}% of your capacity in use',
    button: 'Your state: {state}, {share}% busy. Change it',
    about: { available: 'New conversations are offered to you', busy: 'No new offers, current ones go on', break: 'Back soon, no new offers', training: 'Learning, no new offers', outbound: 'Calls out and work handed over by colleagues', offline: 'Done for now', missed: 'Set yourself available again', away: 'Set yourself available again' },
    since: '{state} since {time} ({age})', noReason: 'No particular reason', kinds: 'Channels I take', allKinds: 'All channels', notKinds: 'Nothing of: {kinds}', reason: { disconnected: 'The console was closed', unanswered: 'Two offers rang unanswered', idle: 'Nothing happened at the console', active: 'Back at the console' },
  },
  breaks: {
    ask: 'Ask for a break', askText: 'A supervisor decides, unless few are on a break. It begins when you go.', reason: 'Why', minutes: 'Minutes', send: 'Ask', sent: 'Asked', approvedAtOnce: 'Approved: go whenever you like',
    my: { asked: 'You asked for a break of {minutes} min.', approved: 'Your break of {minutes} min is approved.', begun: 'On a break until {time}', over: 'Your break ended at {time}, {over} ago', declined: 'Your break of {minutes} min was declined.' }, begin: 'Begin the break', withdraw: 'Not any more', back: 'Back to work',
  },
  palette: { hint: 'Type a command or a page', conversation: 'This conversation', state: 'My state', places: 'Go to', look: 'Look' },
  shortcuts: {
    hint: 'Inside a text field hold Alt with the same key.', next: 'Next conversation', previous: 'Previous conversation', reply: 'Reply', note: 'Private note', resolve: 'Resolve or reopen',
    snooze: 'Snooze', assign: 'Assign or transfer', copilot: 'Open or fold suggestions', suggestion: 'Insert the suggestion', accept: 'Accept the offer', details: 'Details', search: 'Search', inbox: 'Inbox', sheet: 'This list', send: 'Send', sendResolve: 'Send and resolve',
  },
  notice: { offer: 'A conversation is offered to you', message: 'New message', mention: 'You were mentioned' },
  status: { active: 'Active', open: 'Open', pending: 'Pending', snoozed: 'Snoozed', resolved: 'Resolved' },
  priority: { 0: 'Low', 1: 'Normal', 2: 'Raised', 3: 'High', 4: 'Urgent' },
  mood: {
    title: 'Mood', angry: 'Angry', unhappy: 'Unhappy', calm: 'Calm', happy: 'Pleased', direction: { falling: 'getting worse', steady: 'steady', rising: 'getting better' },
    chart: 'Mood over {n} messages, {bad} of them bad', counted: '{bad} of {n} messages bad', byModel: '; {m} read by the model', none: 'The customer has written nothing in this matter', alarm: 'A customer is angry', look: 'Look',
    alarms: 'Tell me of angry customers', alarmsText: 'Once in each matter: at abuse or a threat, or at three bad messages in a row',
  },
  list: {
    region: 'Conversations', views: 'Views', view: { mine: 'Mine', unassigned: 'Unassigned', all: 'All' }, search: 'Search conversations', filter: 'Filter by status and channel', allChannels: 'All channels', unhappyOnly: 'Only unhappy customers',
    waiting: '{n} new | {n} new', waits: 'waits {time}', draft: 'Draft', byBot: 'Bot: ', byUs: 'Us: ', withBot: 'Bot', unread: '{n} unread message | {n} unread messages', channelGone: 'Channel removed',
    visitor: 'Visitor {code}', nameless: 'No name', noPreview: 'No text', loading: 'Loading conversations', failed: 'The list could not be loaded', noMatch: 'Nothing found', comma: ', ',
    empty: { mine: 'Nothing is waiting for you', unassigned: 'Nobody is waiting', all: 'No conversations here' },
    emptyText: 'New conversations appear here by themselves. Another status or view may have more.',
  },
  offer: { label: 'Offer: {name}', accept: 'Accept', decline: 'Decline' },
  thread: {
    region: 'Conversation', messages: 'Messages', none: 'Choose a conversation', noneText: 'Press J and K to walk through the list, R to reply, E to resolve, ? to see every key.', gone: 'This conversation does not exist',
    loading: 'Loading…', viewing: '{names} is also looking', writing: '{names} is writing', typing: '{name} is typing…', unread: 'New', toEnd: 'To the latest message', missed: '{n} new message | {n} new messages',
  },
  entry: {
    tool: { input: 'Asks for what it needs: {what}', consent: 'Asks for consent: {what}', proof: 'Asked who the customer is: {what}', done: 'Looked up or done: {what}', failed: 'Could not be done: {what}', dropped: 'Left undone: {what}' },
    outside: 'Outside the hub', quoted: 'A message quoted', edited: 'Edited', recalled: 'Taken back', showOriginal: 'Show original', hideOriginal: 'Hide original', reactions: 'Reaction {emoji}, {n}', awaited: 'On its way', lost: 'Could not be fetched: {reason}', miniProgram: 'Mini-program', template: 'Template {name}',
    bot: 'Bot', me: 'Me', you: 'You', system: 'System', program: 'Program', someone: 'Somebody', note: 'Private note', noteBy: 'Private note by {name}', messageBy: 'Message from {name}', sources: 'Sources', attachment: 'Attachment',
    openPicture: 'Open picture {name}', unreadable: 'This message cannot be shown. The original is attached.', unreadableWhy: '{reason}. The original is attached.', unreadableKind: 'This kind of message cannot be shown ({kind}). The original is attached.', noSubject: '(no subject)', cc: 'Copy to {names}', bcc: 'Hidden copy to {names}', mailBody: 'Formatted mail',
    picturesBlocked: 'Pictures from other servers are blocked: loading them would tell the sender that you read this.', showPictures: 'Show pictures', showQuoted: 'Show quoted text', hideQuoted: 'Hide quoted text',
    automatic: { 'auto-reply': 'Automatic reply', bounce: 'Returned mail', bulk: 'Mailing list' },
  },
  delivery: { queued: 'Waiting to be sent', sent: 'Sent', delivered: 'Delivered', read: 'Read', failed: 'Not delivered', unknown: 'Perhaps sent', withdrawn: 'Taken back before it went out' },
  outbox: {
    sending: 'Sending…', failed: 'Not sent. {reason}', conflict: 'Somebody replied while you were writing. Read it first, then decide.', anyway: 'Send anyway', edit: 'Edit',
  },
  handOver: {
    title: 'Handed over by the bot', why: 'Reason', summary: 'Summary', tried: 'Answers tried', nothingTried: 'The knowledge has nothing close', skills: 'Skills', level: '{name} level {n}',
    told: 'Customer has read it', confidence: 'Confidence', gone: 'This answer was removed', open: 'Open the answer',
    reason: { asked: 'The customer asked for a person', 'low-confidence': 'No answer the bot could prove', policy: 'A rule says people handle this', error: 'The bot had a problem', 'automatic-off': 'Automatic answers are off' },
  },
  activity: {
    deadline: 'Service level: {text}',
    event: 'On the platform: {text}', optedOut: 'The customer does not want messages: {words}', optedIn: 'The customer wants messages again: {words}', moved: 'The address changed from {from} to {to}',
    assigned: '{who} assigned this to {to}', assignedAuto: 'Assigned to {to}', took: '{who} took this conversation', unassigned: '{who} removed the assignee', unassignedAuto: 'No longer assigned',
    transferred: '{who} transferred this to {queue}', queued: 'Waiting in {queue}', queuedByRule: 'Waiting in {queue}, by the routing rule “{rule}” (version {version})', waiting: 'Waiting for a person', declined: '{who} declined the offer', missed: 'The offer was not answered in time', returned: '{who} put this back in line',
    resolved: '{who} resolved this', resolvedClosing: 'The customer said nothing for {hours} hours: closed by itself', resolvedBy: { bot: 'Resolved by the bot', contact: 'Ended by the customer', system: 'Resolved automatically' }, reopened: '{who} reopened this', reopenedAuto: 'Reopened: the customer wrote again',
    snoozed: '{who} snoozed this until {until}', woken: 'Back from snooze', pending: '{who} set this to wait for the customer', labelled: '{who} set the labels {labels}', unlabelled: '{who} removed all labels',
    prioritised: '{who} set the priority to {priority}', angered: { furious: 'The customer is angry: the priority is now {priority}', bad: 'Three bad messages in a row: the priority is now {priority}' }, other: 'Event: {kind}',
  },
  snooze: { hour: 'In one hour', evening: 'This evening', tomorrow: 'Tomorrow morning', monday: 'Next Monday', custom: 'Until a time of your choice' },
  assign: { people: 'People', queues: 'Queues', hint: 'Search for a person or a queue' },
  tools: { label: 'Message actions', quote: 'Reply to this', edit: 'Edit', recall: 'Take back', unreact: 'Remove my reaction' },
  templates: { choose: 'Templates', title: 'Send a template', text: 'Texts the platform approved. They may be sent at any time.', none: 'This channel has no approved templates.', variable: 'Variable {n}', preview: 'What the customer reads' },
  composer: {
    windowClosed: 'The platform allows no free text now: send a template, or wait for the customer.', windowUntil: 'Free text until {time}', windowLeft: '{n} more message until {time} | {n} more messages until {time}',
    mode: 'What you write', reply: 'Reply', note: 'Private note', replyHint: 'Write to the customer. / for canned replies', noteHint: "Only your team sees this. {'@'} mentions a colleague", botHint: 'The bot is answering. If you write, you take over.',
    noteSafe: 'Customers never see notes', via: 'via {channel}', attach: 'Attach files', canned: 'Canned replies', enter: 'Enter sends · Shift+Enter new line', send: 'Send', addNote: 'Add note', sendResolve: 'Send and resolve',
    moreSend: 'More ways to send', tooLong: '{length} of {limit} characters: too long for this channel', segments: '{count} SMS, {left} characters left in it | {count} SMS, {left} characters left in the last', drop: 'Drop files to attach them', fileTooLarge: 'Larger than {limit}', removeFile: 'Remove {name}',
    popup: { canned: 'Canned replies', mention: 'Colleagues' },
  },
  copilot: {
    title: 'Copilot', suggestion: 'Suggested reply', find: 'Find answers', summary: 'Summary', translation: 'Translation', insert: 'Insert', insertAnswer: 'Insert "{title}"', reject: 'Dismiss', search: 'Find', findHint: 'Find in the knowledge', foundNone: 'Nothing found. Try other words.',
    near: 'Other answers that are near', told: 'Sent before', likely: '{n}% sure', byAnswers: 'From the knowledge, word by word', byModel: 'Written by {model}, please check', summing: 'Reading the conversation…', colleague: 'Agent', translate: 'Translate', translating: 'Translating…',
    state: { quiet: 'Suggestions appear when the customer asks', looking: 'Looking…', ready: 'A suggestion is ready', none: 'No answer is near enough', rejected: 'Dismissed', used: 'Inserted. Check it before you send', failed: 'No suggestion right now' },
    facts: { asked: 'What the customer asked', tried: 'Answered so far', promised: 'Promised', open: 'Still open', given: 'What the customer told', nothing: 'No question is waiting' },
    writing: 'Being written; yours once it is checked', canned: 'Canned replies like it', same: 'This message is in your language already.', hideTranslation: 'Hide translation', always: 'Always translate', notAlways: 'Stop translating by itself', meant: 'What you wrote', restore: 'Put it back', translatedFrom: 'Translated from {language}', rewording: 'Rewording', given: { order: 'Number', amount: 'Sum', date: 'Date', phone: 'Telephone', mail: 'Mail address' },
    reword: 'Rewrite and translate', wording: { friendly: 'Friendlier', formal: 'More formal', shorter: 'Shorter', spelling: 'Fix spelling' }, translateTo: 'Translate into {language}', language: { 'zh-CN': 'Chinese', en: 'English' }, customers: ' (the customer\'s)', reworded: 'Rewritten, please check',
    noModel: 'Rewriting and translating need a language model. None is configured.',
  },
  mail: {
    recipients: 'Recipients', to: 'To', cc: 'Cc', bcc: 'Bcc', addCopies: 'Cc and Bcc', copiesHint: 'Addresses, with commas between them', wrong: 'Not a mail address: {addresses}',
    forwarded: 'Forwarded, first written by {who}', resembles: 'This mail may belong to another conversation ({n}% alike). It was not joined.', openThread: 'Open that one',
    protection: { 'pgp-encrypted': 'Encrypted with PGP: the text is in the attachment', 'pgp-signed': 'Signed with PGP, not verified', 'smime-encrypted': 'Encrypted with S/MIME: the text is in the attachment', 'smime-signed': 'Signed with S/MIME, not verified' },
    invitation: { REQUEST: 'Invitation', CANCEL: 'Cancelled event', REPLY: 'Answer to an invitation', COUNTER: 'Another time is proposed', PUBLISH: 'Event' },
  },
  context: {
    region: 'Details', assignee: 'Assignee', queue: 'Queue', priority: 'Priority', status: 'Status', labels: 'Labels', customer: 'Customer', history: 'Earlier conversations', nobody: 'Nobody', noQueue: 'No queue',
    me: 'Me ({name})', snoozedUntil: 'Snoozed until {time}', removeLabel: 'Remove label {name}', addLabel: 'Label', noLabels: 'No labels yet', phone: 'Phone', noHistory: 'This is their first conversation.',
  },
  settings: { preferences: 'My preferences', canned: 'Canned replies', labels: 'Labels', channels: 'Channels', people: 'People', queues: 'Queues', tokens: 'API tokens', quarantine: 'Quarantine' },
  ask: { remove: 'Delete this?', leave: 'Leave without saving?', leaveText: 'What you changed here is not saved yet.', discard: 'Leave', stay: 'Stay here' },
  preferences: {
    text: 'These settings are yours alone and follow you to every device.', me: 'You', theme: 'Appearance', notices: 'Sound and notices', noticesText: 'For offers and for new messages in your conversations.',
    sound: 'Play a sound', testSound: 'Play the sound', soundLocked: 'This browser still blocks sound. Allow sound for this site in the address bar, then try again.', volume: 'Volume', desktop: 'Desktop notices',
    testNotice: 'Show a notice', noticeBody: 'This is what a notice looks like.', noticeDenied: 'This browser blocks notices from this site. Allow them in the address bar.', shortcuts: 'Single-key shortcuts',
    shortcutsText: 'J and K, R, N, E and the others. Switch them off if a tool of yours uses the same keys.',
  },
  canned: {
    text: 'Type / while writing to insert one.', add: 'New canned reply', edit: 'Edit canned reply', empty: 'No canned replies yet', emptyText: 'Write down what you say every day: a greeting, delivery times, how to return something. Then type / in a conversation.',
    shortcut: 'Shortcut', shortcutHelp: 'Letters, digits, - or _', title: 'Title', body: 'Text', variables: "{'{{contact.name}}'} and {'{{agent.name}}'} are filled in for you.",
  },
  labels: {
    text: 'Sort conversations by what they are about.', name: 'Name of the label', colorName: 'Colour', empty: 'No labels yet', emptyText: 'For example: refund, delivery, VIP. Labels can be filtered and counted.', removeText: 'Conversations keep the label {name}, but it can no longer be chosen.',
    color: { neutral: 'Grey', primary: 'Blue', success: 'Green', warning: 'Amber', error: 'Red', info: 'Cyan' },
  },
  tokens: {
    text: 'Let other programs use the API. A token can do what its role can do.', add: 'Create token', once: 'Your new token', onceText: 'Copy it now. It is stored only as a hash and cannot be shown again.', kept: 'I have kept it', empty: 'No tokens',
    emptyText: 'Create one for your shop, your CRM or a script. The API is described at /docs.', used: 'last used {time}', unused: 'never used', name: 'What is it for?', roleHelp: 'Choose the smallest role that is enough.', revoke: 'Revoke', revokeText: 'Programs that use {name} lose access at once.',
  },
  quarantine: {
    text: 'Messages that arrived but could not be read. Nothing is thrown away: the original is kept here.', empty: 'Everything could be read', emptyText: 'If a broken message arrives, it waits here with the reason and its original.', raw: 'Original',
  },
  people: {
    text: 'Who answers customers, what they know and how much at once.', add: 'Add a colleague', edit: 'Edit colleague', disabled: 'Blocked', disable: 'Block: can no longer sign in', passwordKeep: 'Leave empty to keep it', capacityHelp: 'How many conversations at once', caps: 'At most, by channel', capsHelp: 'Empty: as many as the total allows.', noCap: 'no limit',
    skillsHelp: 'From 1 (a little) to 5 (expert). Queues can ask for them.', skill: 'Skill, e.g. refunds', level: 'Level from 1 to 5',
    about: { admin: 'May change everything', supervisor: 'Sees everything, teaches the bot', agent: 'Answers customers' },
  },
  hours: {
    held: 'closed, offered to nobody', heldUntil: 'closed until {time}', title: 'Working hours', calendar: 'Calendar', always: 'Always open', none: 'Make a calendar under Operations first.', help: { queue: 'Outside these hours conversations of this queue are offered to nobody.', channel: 'Outside these hours conversations of this channel are offered to nobody.' },
    closed: 'Outside these hours', behaviour: { message: 'Tell customers when people are back', 'bot-only': 'Let the bot answer first', 'as-open': 'Go on as usual' },
    about: { message: 'Who needs a person keeps the place in line and is told once.', 'bot-only': 'The same, and the bot answers new conversations even where people do otherwise.', 'as-open': 'Conversations are offered at all times; the calendar counts for service targets only.' },
    text: 'What customers are told', textHelp: 'Empty: our words. {opens} becomes the next opening, such as “on Monday at 09:00”.',
  },
  queues: {
    text: 'A queue is a waiting line with its own people. Channels and the bot send customers here.', add: 'New queue', edit: 'Edit queue', empty: 'No queues yet', emptyText: 'Without queues everybody serves everybody. Make one for sales, one for after-sales, one for a language.',
    name: 'Name', members: 'Members', everyone: 'Everybody', count: '{n} person | {n} people', offer: 'Offer', auto: 'Assigned at once', seconds: '{n} s to accept', strategyName: 'Who is asked first',
    strategy: { 'longest-idle': 'Longest idle', 'least-busy': 'Least busy', 'round-robin': 'In turn', 'best-fit': 'Best fit' }, priorityHelp: 'Higher queues are served first', offerSeconds: 'Seconds to accept an offer', autoAccept: 'Assign at once, nobody has to accept',
    requires: 'Needed skills', requiresHelp: 'Only people with these skills, at this level or above, are asked.', removeText: 'Who waits in {name} is then served by everybody.',
  },
  failOver: {
    title: 'Replies that wait for a channel that is down', down: '{name} is down since {time}.', waits: '{n} reply waits here. | {n} replies wait here.', send: 'Send by {name} to {address}', sendNameless: 'Send by {name}', cannot: 'Not by {name}: {reason}', alone: 'There is no other way to this customer. They go out when {name} is back.',
    doubtful: '{n} of them may have arrived already | {n} of them may have arrived already', also: 'Send it too: the customer may get it twice', left: 'Some went out meanwhile, or perhaps did, and were left as they are: {n}', done: '{n} reply goes out by {name} | {n} replies go out by {name}',
    instead: 'Sent by {name} instead', going: 'Goes out by {name} instead', of: 'Instead of {name}, which was down',
  },
  channels: {
    closing: {
      title: 'Conversations that end by themselves', text: 'A conversation that the bot answered and in which the customer said nothing more ends after this time. In doubt it stays open: when it is about a refund, a complaint or the law, when the customer is unhappy, when a person took part. A customer who writes again reopens it as ever.',
      after: 'After a silence of', never: 'Never', hours: '{n} hour | {n} hours', days: '{n} day | {n} days', ask: 'Ask first: "Did this answer your question?"', askHelp: 'It ends after as long a silence again.',
    },
    identity: {
      title: 'Who your visitors are', text: 'Your server proves who is signed in on your site. Proven users find their conversation on every device, and are joined with the same person on other channels by what your server signs.', make: 'Create a secret', renew: 'Replace the secret', renewText: 'Proofs made with the old one count for nothing from now on.', set: 'A secret is set.', unset: 'There is no secret yet: everybody is an anonymous visitor.',
      once: 'Keep this secret on your server', onceText: 'It is shown this once. It never belongs into a page.', language: 'Language', way: 'How', jwt: 'Signed token (JWT), vouches for everything in it', hmac: 'HMAC of the user id, vouches for the id only', server: 'On your server', page: 'In your page',
    },
    account: {
      title: 'The account', text: 'A person agrees at the page of {provider} that Hubbub reads and sends mail. No password is kept.', other: 'the provider', lost: '{provider} no longer lets us in', go: 'Connect the account',
      connect: 'Connect with {provider}', again: 'Connect with {provider} again', redirect: 'Redirect address to register there', connected: 'The account is connected.', denied: 'Nobody agreed at the provider\'s page. Nothing was changed.',
      expired: 'That took too long, or was done already. Please begin again.', foreign: 'This was begun in another browser or by somebody else. Please begin again.', refused: 'The provider did not connect the account.',
    },
    choice: {
      none: 'Not encrypted', password: 'Password', now: 'New mails only', day: 'The last day', week: 'The last week', month: 'The last month', other: 'Another',
      auto: 'Automatic', on: 'On', off: 'Off', remark: 'Always by the remark', id: 'By the id only', safe: 'Encrypted', compatible: 'Compatible', plain: 'Plain text', left: 'Bottom left', right: 'Bottom right', name: 'Name', email: 'Email', 'name-and-email': 'Name and email',
    },
    details: 'Details', signIn: 'Sign in with the phone', scan: 'Scan this code with the phone', typeCode: 'Type this code on the phone', codeLeft: 'Valid for {time}', codeRenewed: 'A new code is on its way', actions: 'Actions',
    calls: { title: 'Last calls of the platform', none: 'The platform has not called since the server started. Is the webhook address entered there?' },
    alert: {
      title: 'Channels that need attention', down: '{name} has been down since {time}.', waiting: 'Nothing waits. | {n} reply waits. | {n} replies wait.', look: 'Details',
      lost: '{name} loses messages on the way in: the last one, at {time}, came only because we asked. Is the webhook address right?',
    },
    report: {
      title: 'How it runs', lastIn: 'Last message in', lastOut: 'Last message out', received: 'Received', sent: 'Sent', errors: 'Not delivered', backlog: 'Waiting to go out', quarantined: 'Could not be read', runningSince: 'Session age',
      hourAndDay: 'hour / day', probe: 'Last probe', probeOk: '{ms} ms · {age}', probeFailed: 'failed {n} time · {age} | failed {n} times · {age}', probeNone: 'not yet', probeCannot: 'not possible',
      away: 'Unreachable', never: 'never', gap: 'The last look for missed messages failed: {reason}',
      complete: 'Complete until {time}', completeText: 'We ask the platform what it has. Nothing it had before then is missing here.', incomplete: 'Complete until {time}, a gap after that', soon: 'The platform is being asked for what may be missing',
      cannotAsk: 'Nobody can tell whether something is missing', cannotAskText: 'This platform cannot be asked what it sent. It repeats what we do not confirm; what it never sends, nobody sees.',
      found: 'Pushes get lost: {n} message of the last day came only because we asked, the last at {time}. | Pushes get lost: {n} messages of the last day came only because we asked, the last at {time}.',
    },
    text: 'Where customers reach you. Every channel ends up in the same inbox.', once: 'Keep these secrets', onceText: 'They are shown this once. The other side needs them to sign its messages.', addMore: 'Connect another channel', addFirst: 'Connect your first channel',
    connect: 'Connect', unofficial: 'Unofficial', edit: 'Settings of {name}', new: 'Connect {kind}', name: 'Name', queue: 'Queue', anyone: 'Everybody', bot: 'The bot answers first', botHelp: 'What it cannot prove it hands over to people.',
    webhook: 'Webhook address', demo: 'Try it', enabled: '{name} is switched on', lastInbound: 'last message {time}', removeText: '{name} is disconnected. Its conversations stay.', secretKept: 'Stored. Leave empty to keep it', lines: 'One per line', advanced: 'More settings',
    health: { signIn: 'Sign-in needed', ready: 'Connected', waiting: 'Connecting', degraded: 'Trouble', down: 'Down', off: 'Off' },
  },
  /** The pages of the bot, and what is done about it from the inbox. */
  deadline: {
    clock: { first: 'First reply', next: 'Next reply', resolution: 'Resolution' }, left: '{clock} due in {time}', over: '{clock} overdue by {time}', filter: { due: 'Deadlines, due first', 'at-risk': 'Nearly or already overdue' },
  },
  operations: {
    pages: { reports: 'Reports', 'agent-states': 'Agent states', queues: 'Queues', 'routing-rules': 'Routing rules', sla: 'Service levels', calendars: 'Calendars', 'time-lab': 'Time-lab', staffing: 'Staffing' },
  },
  bot: {
    pages: { answers: 'Answers', documents: 'Documents', unanswered: 'Unanswered', 'test-chat': 'Try the bot', training: 'Tests and releases', guardrails: 'Guardrails', numbers: 'Numbers', tools: 'Tools' },
    replay: 'What would today\'s bot say?',
    wrong: 'This answer was wrong', noted: 'Kept as a case', because: { 'not-true': 'It is not true', 'not-asked': 'Nobody asked for this', 'should-hand-over': 'A person should have answered', 'could-answer': 'The bot should have answered this' },
  },
  person: {
    title: 'The same person', suggestions: 'May be the same person', score: '{n}% alike', against: 'They differ in: {kinds}', same: 'Same person', different: 'Not the same', join: 'Join with another contact', joinText: 'Both keep their conversations and addresses, and can be parted again at any time.',
    reason: 'How do you know?', part: 'Part', partTitle: 'Part {name}?', partText: 'Each keeps its own conversations, as if they had never been joined. No rule joins them again.', claimed: 'not proven', timeline: 'Everything, over all channels',
    kind: { phone: 'Phone', email: 'Email', name: 'Name', 'name-and-city': 'Name and city', device: 'Same browser' },
    attribute: { country: 'Country', state: 'State', city: 'City', company: 'Company', email: 'Email', nickname: 'Nickname', wechat: 'WeChat ID', waId: 'WhatsApp ID', username: 'User name', advertisement: 'Came by advertisement' },
    evidence: { claimed: 'they say so', 'wrote-from-it': 'wrote from it', person: 'entered by a colleague', attested: 'vouched for by the platform', hmac: 'signed by your site', otp: 'repeated our code' },
    said: { message: 'written in a message', forwarded: 'sender of a forwarded mail' },
    source: { agent: 'Typed by {who}', program: 'Set by a program', channel: 'As {channel} tells', signed: '{channel}, signed by your site', gone: 'A channel that is gone' }, since: '{source} · since {time}', replaced: 'before: {value}',
    details: 'Details and where they come from', address: 'Ways to reach them', seen: 'first {first}, last {last}', noAddress: 'Nothing but this chat yet', addAddress: 'Add a phone or email', addressText: 'Something they told you. Others who have it are suggested; nobody is joined by it.', addressKind: 'Kind', addressValue: 'Address', phoneHint: '+86 138 0013 8000',
    conflict: 'The contacts disagree', conflictText: 'Each says something else. Choose what counts; the others stay in sight.', take: 'Take this', keepBoth: 'Keep both', taken: '{who} chose this on {time}', keptBoth: '{who} let both stand on {time}', counts: 'counts',
    contradicts: 'They have different {kinds} though a person has only one.', joinedFrom: 'Joined from', itself: 'this contact', rule: { 'same-address': 'the same proven address', code: 'a code they repeated', moved: 'the address moved', 'kept-apart': 'kept apart by a colleague' }, system: 'A rule', program: 'A program', customer: 'The customer',
    all: 'All', noTimeline: 'Nothing here yet', filter: { label: 'What to show', message: 'Messages', note: 'Notes', change: 'Hand-overs and endings', person: 'Joins and consents', channel: 'Channel', anyChannel: 'Every channel' }, older: 'Earlier', edited: 'edited', recalled: 'taken back', noteWord: 'Note',
    joined: '{who} joined {a} and {b}', parted: '{who} parted {a} and {b}', becauseOf: 'Because: {reason}', allowed: '{who}: messages are welcome', forbade: '{who}: no messages', partReason: 'Why are they two people? (not required)',
    code: { send: 'Prove by code', title: 'Prove an address', text: 'We send six digits there. Whoever tells them to you holds the address, and is joined with who writes from it.', channel: 'Send over', to: 'To', submit: 'Send code', sent: 'Sent to {to}. Ask the customer for the code; it is good until {time}.', code: 'The code they tell you', check: 'Check', right: 'Proven: {to} is theirs', none: 'No channel can send a code: connect email or SMS first.' },
    consents: 'What they allowed', noConsents: 'Nothing was said. Answers are fine; marketing needs a yes.', granted: 'Wants messages', refused: 'Wants no messages', purpose: { service: 'Service', marketing: 'Marketing', any: 'Everything' }, yes: 'allowed', no: 'not allowed', note: 'Note what they said', noteText: 'It is kept with your name and asked before every message.',
    consent: { what: 'They', granted: 'want messages', refused: 'want no messages', about: 'About', anyAddress: 'All addresses', purpose: 'For', words: 'What did they say, and where?', heard: 'noted by {who}', own: 'their own words', over: 'over {channel}', supervisor: 'Only a supervisor can note that a no was taken back.' },
  },
  contacts: {
    search: 'Search by name or address', empty: 'Nobody has written yet', emptyText: 'Everybody who writes on any channel appears here by themselves.', none: 'Choose a contact', noneText: 'See every conversation of a person, over all channels.', session: 'this browser only', conversations: 'Conversations',
  },
  setup: {
    steps: 'Steps', step: { account: 'Your account', channel: 'Web chat', answers: 'First answers', done: 'Done' },
    account: { title: 'Welcome to Hubbub', text: 'Create the first administrator. It takes three minutes, and nothing needs a restart.', token: 'Setup code', tokenHelp: 'It is in the link that the server printed when it started.', passwordHelp: 'At least 10 characters', submit: 'Create account' },
    channel: {
      title: 'Talk to visitors of your website', text: 'Create a web chat and send yourself a test message in the preview.', name: 'Name of the channel', nameHelp: 'Only your team sees it', defaultName: 'Website', create: 'Create web chat', arrived: 'Your message arrived', waiting: 'Waiting for your test message',
      try: 'Write something in the preview, as a visitor would.', snippet: 'Code for your website', snippetHelp: 'Paste it before the end of the body of your pages, now or later.', preview: 'Preview of the web chat', previewSoon: 'The live preview appears here.',
    },
    answers: {
      title: 'Teach the bot its first answers', text: 'Change these suggestions to what is true for you, then try the bot.', number: 'Answer {n}', teach: 'Teach and try', taught: 'The bot learned {n} answer. Try it: | The bot learned {n} answers. Try it:',
      shipping: { question: 'How long does delivery take?', answer: 'We ship within one working day. Delivery then takes two to four days.', ask: 'How long will delivery take?' },
      returns: { question: 'How do I return something?', answer: 'You can return anything within 30 days. Open your order, choose Return and print the label.' },
      hours: { question: 'When can I reach a person?', answer: 'Our team is here Monday to Friday from 9:00 to 18:00. Write at any time: we answer first thing in the morning.' },
    },
    done: {
      title: 'Everything is ready', text: 'Open the inbox and answer your first conversation.', account: 'Administrator created', channel: 'Web chat connected', message: 'Test message received', go: 'Do it now', later: 'Next, when you like', open: 'Open the inbox',
      more: { people: 'Invite colleagues', channels: 'Connect email and more', answers: 'Teach the bot more', preferences: 'Switch on sound and notices' },
    },
  },
};

/** What a language must say. */
export type Messages = typeof en;
