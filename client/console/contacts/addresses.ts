/** How a person's addresses are shown: each once, in words, with what speaks for them. */
import { useI18n } from 'vue-i18n';
import { useNames } from '../directory.ts';
import type { Identity } from '../wire.ts';

const icons: Record<string, string> = { phone: 'i-lucide-phone', email: 'i-lucide-mail', name: 'i-lucide-user', 'name-and-city': 'i-lucide-map-pin', device: 'i-lucide-monitor-smartphone' };
/** An identity's kind is the channel's, sometimes with the id of the channel behind it. */
const plain = (kind: string) => kind.split(/[:/]/)[0] ?? kind;

/** What speaks for an address, weakest first. */
const grades = ['claimed', 'wrote-from-it', 'person', 'attested', 'hmac', 'otp'];

/** Each address once, with the best that speaks for it: what somebody wrote from comes before what was only said. */
export function shownAddresses<One extends Identity>(identities: readonly One[]): One[] {
  const shown = new Map<string, One>();
  const weight = ({ claim, evidence }: Identity) => (claim ? 0 : 10) + grades.indexOf(evidence ?? '');
  for (const each of [...identities].sort((a, b) => weight(b) - weight(a))) {
    const key = `${plain(each.kind)}/${each.value}`;
    if (!shown.has(key)) shown.set(key, each);
  }
  return [...shown.values()];
}

/** Words and icons of kinds of address. */
export function useAddressWords() {
  const { t, te } = useI18n();
  const names = useNames();
  return {
    kindIcon: (kind: string) => icons[plain(kind)] ?? names.kindIcon(plain(kind)),
    kindWord: (kind: string) => (plain(kind) in icons ? t(`person.kind.${plain(kind)}`) : names.kindName(plain(kind))),
    /** Platforms name some attributes; what a colleague named stays as it was typed. */
    attributeWord: (name: string) => (te(`person.attribute.${name}`) ? t(`person.attribute.${name}`) : name),
    /** Said, but nobody vouches for it. */
    isUnproven: (identity: Identity) => identity.claim === true && identity.evidence === 'claimed',
  };
}
