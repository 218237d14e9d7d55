/** What a customer does on a simulated platform beside plain words: a picture, a voice note, a quotation, a reaction, a tap. */
import type { Manifest } from '../../connectors/connector.ts';
import { simulated } from './content/channels.ts';
import { fileOf, voiceNote } from './files.ts';
import { chance } from './random.ts';
import type { Act } from './schema.ts';
import type { Customer } from './visit.ts';

/** A thumb and a heart; the latter as WhatsApp sends it. */
const reactions = ['\u{1F44D}', '\u{2764}\u{FE0F}'];
/** Longer words are typed. */
const spokenLength = 24;

/** The words of the script as acts, in order. @param luck 0..1 */
export function actsFor(customer: Customer, text: string, carries: Manifest['carries'], luck: () => number): Act[] {
  const { received, script, channel, heard } = customer;
  const acts: Act[] = [];
  const [choice] = received?.choices ?? [];
  if (received && choice !== undefined) return [{ do: 'tap', about: received.id, choice }];
  const byPerson = heard === 'agent';
  if (byPerson && received && carries.reactions && luck() < 0.35) acts.push({ do: 'react', about: received.id, emoji: reactions[Math.floor(luck() * reactions.length)] ?? '' });
  if (script.photo && byPerson && !customer.shown) {
    customer.shown = true;
    return [...acts, { do: 'show', file: fileOf('photo', chance(Math.floor(luck() * 2 ** 32))), text }, ...(captions.has(channel.kind) ? [] : [{ do: 'say' as const, text }])];
  }
  const { voice } = simulated.find(({ kind }) => kind === channel.kind) ?? {};
  // A voice note that no platform writes down says nothing to a bot.
  if (voice && byPerson && text.length <= spokenLength && luck() < 0.12) return [...acts, { do: 'speak', file: voiceNote(voice, 1 + Math.ceil(text.length / 6)), words: text }];
  return [...acts, { do: 'say', text, ...(byPerson && received && carries.quotes && luck() < 0.25 ? { quote: received.id } : {}) }];
}

/** Where words go below a picture; elsewhere they follow it. */
const captions = new Set(['whatsapp-cloud', 'twilio-sms']);
