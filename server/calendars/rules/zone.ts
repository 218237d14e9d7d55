/**
 * Zones by Intl alone: a zone is pieces of time with one offset from UTC each. A wall time is written as the milliseconds UTC would have
 * if its clock showed it. What a zone does is data of the platform, so remembering it is no state.
 */

/** From `from` on (until the next piece) the clock is `offset` ms ahead of UTC. */
type Piece = { from: number; offset: number };

const day = 86_400_000;
const hour = 3_600_000;
/** No zone changes twice within so long. */
const stride = 5 * day;

const formats = new Map<string, Intl.DateTimeFormat>();
const years = new Map<string, Map<number, Piece[]>>();

function format(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-u-ca-iso8601', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
  formats.set(zone, made);
  return made;
}

function asked(zone: string, at: number): number {
  const second = Math.floor(at / 1000) * 1000;
  const parts: Record<string, number> = {};
  for (const { type, value } of format(zone).formatToParts(second)) parts[type] = Number(value);
  const { year = 0, month = 1, day: date = 1, hour: hours = 0, minute = 0, second: seconds = 0 } = parts;
  return Date.UTC(year, month - 1, date, hours, minute, seconds) - second;
}

/** The pieces of a year of UTC: where it begins, and each change in it. */
function piecesOf(zone: string, year: number): Piece[] {
  const known = years.get(zone) ?? new Map<number, Piece[]>();
  years.set(zone, known);
  const remembered = known.get(year);
  if (remembered) return remembered;
  const [begin, end] = [Date.UTC(year), Date.UTC(year + 1)];
  let offset = asked(zone, begin);
  const pieces: Piece[] = [{ from: begin, offset }];
  for (let from = begin; from < end; from += stride) {
    const to = Math.min(from + stride, end - 1000);
    const later = asked(zone, to);
    if (later === offset) continue;
    let [before, after] = [from, to];
    while (after - before > 1000) {
      const middle = Math.floor((before + after) / 2000) * 1000;
      if (asked(zone, middle) === offset) before = middle; else after = middle;
    }
    offset = later;
    pieces.push({ from: after, offset });
  }
  known.set(year, pieces);
  return pieces;
}

/** What the clock of the zone shows at this moment. */
export function wallAt(zone: string, at: number): number {
  const pieces = piecesOf(zone, new Date(at).getUTCFullYear());
  let offset = 0;
  for (const piece of pieces) {
    if (piece.from > at) break;
    offset = piece.offset;
  }
  return at + offset;
}

/**
 * The first moment at which the clock shows this time or a later one. Where the clock is set back that is the first of the two; a time that
 * is left out comes when the clock jumps over it. So an interval has one beginning and one end, whatever the clock does in between.
 */
export function firstMoment(zone: string, wall: number): number {
  const [from, to] = [wall - 15 * hour, wall + 16 * hour];
  const [first, last] = [new Date(from).getUTCFullYear(), new Date(to).getUTCFullYear()];
  const pieces = first === last ? piecesOf(zone, first) : [...piecesOf(zone, first), ...piecesOf(zone, last)];
  for (let index = 0; index < pieces.length; index += 1) {
    const piece = pieces[index];
    const ends = pieces[index + 1]?.from ?? Infinity;
    if (!piece || ends <= from) continue;
    const moment = Math.max(piece.from, wall - piece.offset);
    if (moment < ends) return moment;
  }
  throw new Error(`the clock of ${zone} never shows ${new Date(wall).toISOString()}`);
}
