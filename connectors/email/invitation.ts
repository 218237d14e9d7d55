/** What a calendar part asks for, in a line a person can read. The file itself stays an attachment. */
import type { EmailFacts } from '../../server/conversations/schema.ts';
import { oneLine } from './charset.ts';

type Invitation = NonNullable<EmailFacts['invitation']>;

/** The first event of an iCalendar text; null when it holds none. */
export function invitationOf(calendar: string): Invitation | null {
  const lines = calendar.slice(0, 200_000).replace(/\r?\n[ \t]/g, '').split(/\r?\n/);
  const begin = lines.findIndex((line) => /^BEGIN:(VEVENT|VTODO|VFREEBUSY)\s*$/i.test(line));
  if (begin < 0) return null;
  // An alarm inside the event has fields of the same names.
  const end = lines.findIndex((line, at) => at > begin && /^(END:(VEVENT|VTODO|VFREEBUSY)|BEGIN:)/i.test(line));
  const event = lines.slice(begin + 1, end < 0 ? undefined : end);
  const value = (name: string, from = event): string => {
    const line = from.find((one) => new RegExp(`^${name}[;:]`, 'i').test(one)) ?? '';
    return oneLine((/^[^:;]+(?:;(?:"[^"]*"|[^":])*)?:(.*)$/.exec(line)?.[1] ?? '').replace(/\\n/gi, ' ').replace(/\\([,;\\])/g, '$1')).slice(0, 500);
  };
  const [summary, start, finish, location] = [value('SUMMARY'), moment(value('DTSTART')), moment(value('DTEND')), value('LOCATION')];
  const organizer = value('ORGANIZER').replace(/^mailto:/i, '');
  return {
    method: (value('METHOD', lines) || 'PUBLISH').toUpperCase().slice(0, 30),
    ...(summary && { summary }), ...(start && { start }), ...(finish && { end: finish }), ...(location && { location }), ...(organizer && { organizer }),
  };
}

/** 20261123T080000Z as an ISO date; a local time stays without its zone, a day stays a day. */
function moment(value: string): string {
  const [, year, month, day, hour, minute, second, zulu = ''] = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/.exec(value) ?? [];
  if (year === undefined) return value;
  return hour === undefined ? `${year}-${month}-${day}` : `${year}-${month}-${day}T${hour}:${minute}:${second}${zulu}`;
}

const verbs: Record<string, { zh: string; en: string }> = {
  REQUEST: { zh: '日程邀请', en: 'Invitation' }, CANCEL: { zh: '日程取消', en: 'Cancelled' }, REPLY: { zh: '日程答复', en: 'Answer to an invitation' }, COUNTER: { zh: '日程改期建议', en: 'Other time proposed' },
};

/** The words of a mail that holds nothing but an invitation. */
export function invitationText({ method, summary = '', start = '', end = '', location = '' }: Invitation): string {
  const verb = verbs[method] ?? { zh: '日程', en: 'Event' };
  // In the language the invitation is written in: there is one text for everybody who reads it.
  return [`[${/\p{Script=Han}/u.test(summary + location) ? verb.zh : verb.en}] ${summary}`.trim(), [start, end].filter((one) => one !== '').join(' - '), location].filter((line) => line !== '').join('\n');
}
