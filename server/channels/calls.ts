/** The last calls of platforms, as they came: for who sets a channel up and wonders. In memory, on this node. */

/** One call. Headers that carry secrets are left out; `body` is its beginning. */
export type PlatformCall = { at: Date; method: string; status: number; headers: Record<string, string>; body: string };
type Noted = Omit<PlatformCall, 'body' | 'headers'> & { headers: Record<string, string | undefined>; body: Uint8Array };

const mostPerChannel = 20;
const mostBody = 8_192;
const secret = /^(authorization|cookie|proxy-authorization)$/i;

/** A ring for each channel. Noting is on the hot path of every webhook: what people read is made when they ask. */
export function platformCalls() {
  const rings = new Map<string, Noted[]>();
  return {
    note(channelId: string, call: Noted): void {
      const ring = rings.get(channelId) ?? [];
      // Of a large body only a copy of its beginning is kept, not the whole behind it.
      ring.push(call.body.length > mostBody ? { ...call, body: call.body.slice(0, mostBody) } : call);
      if (ring.length > mostPerChannel) ring.shift();
      rings.set(channelId, ring);
    },
    /** The newest first. */
    of: (channelId: string): PlatformCall[] => (rings.get(channelId) ?? []).toReversed().map(call => ({
      ...call, headers: Object.fromEntries(Object.entries(call.headers).flatMap(([name, value]) => value === undefined || secret.test(name) ? [] : [[name, value]])),
      body: new TextDecoder().decode(call.body),
    })),
  };
}
