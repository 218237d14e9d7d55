/** What a platform lets us send, worked out from what the customer and we did. Pure. */
import type { ReplyWindow } from '../schema.ts';

/** The customer did something, or so many of our messages went out. */
export type Step = { at: Date; seq: number } & ({ act: string } | { sends: number });

/** `left`: how many messages may still go out; absent: any number. */
export type Permission = { closesAt: Date; left?: number };

/** All permissions that were given, whether used up, over or open, each as it stands. Nothing is known of what lies before the first step. */
export function permissions({ opens, endedBy = [] }: ReplyWindow, steps: Step[]): Permission[] {
  const given = new Map<number, Permission>();
  for (const step of steps.toSorted((a, b) => a.at.getTime() - b.at.getTime() || a.seq - b.seq)) {
    if ('sends' in step) {
      for (let sent = 0; sent < step.sends; sent += 1) spend([...given.values()], step.at);
      continue;
    }
    if (endedBy.includes(step.act)) given.clear();
    for (const [line, { by, minutes, messages }] of opens.entries()) {
      if (by.includes(step.act)) given.set(line, { closesAt: new Date(step.at.getTime() + minutes * 60_000), ...(messages === undefined ? {} : { left: messages }) });
    }
  }
  return [...given.values()].toSorted((a, b) => a.closesAt.getTime() - b.closesAt.getTime());
}

/** What ends first is used first. */
function spend(all: Permission[], at: Date): void {
  const [first] = all.filter(one => one.closesAt > at && one.left !== 0).toSorted((a, b) => a.closesAt.getTime() - b.closesAt.getTime());
  if (first?.left !== undefined) first.left -= 1;
}

/** When the last permission ends, and how many messages may go out at this moment. */
export function standing(given: Permission[], now: Date): Permission & { open: Permission[] } {
  const open = given.filter(one => one.closesAt > now);
  const usable = open.filter(one => one.left !== 0);
  const last = [usable, open, given].find(list => list.length > 0)?.at(-1);
  const left = usable.some(one => one.left === undefined) ? {} : { left: usable.reduce((sum, one) => sum + (one.left ?? 0), 0) };
  return { closesAt: last?.closesAt ?? new Date(0), ...left, open };
}
