/** The last calls of platforms, as they came: for who sets a channel up and wonders. In memory, on this node. */

/** One call. Headers that carry secrets are left out; `body` is its beginning. */
export type PlatformCall = { at: Date; method: string; status: number; headers: Record<string, string>; body: string };

const mostPerChannel = 20;
const mostBody = 8_192;
const secret = /^(authorization|cookie|proxy-authorization)$/i;

/** A ring for each channel. */
export function platformCalls() {
  const rings = new Map<string, PlatformCall[]>();
  return {
    note(channelId: string, call: Omit<PlatformCall, 'body' | 'headers'> & { headers: Record<string, string | undefined>; body: Uint8Array }): void {
      const ring = rings.get(channelId) ?? [];
      ring.unshift({
        ...call, headers: Object.fromEntries(Object.entries(call.headers).flatMap(([name, value]) => value === undefined || secret.test(name) ? [] : [[name, value]])),
        body: Buffer.from(call.body.subarray(0, mostBody)).toString('utf8'),
      });
      ring.length = Math.min(ring.length, mostPerChannel);
      rings.set(channelId, ring);
    },
    of: (channelId: string): PlatformCall[] => rings.get(channelId) ?? [],
  };
}
