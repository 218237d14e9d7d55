/** What a caller is told: JSON on success, an RFC 9457 problem that names the field and the remedy otherwise. */

/** Status and body; a body of 400 and above is application/problem+json. */
export type Answer = { status: number; body: string };

const titles = {
  400: ['invalid', 'The call was not understood'],
  401: ['not-signed-in', 'The call is not signed'],
  405: ['not-supported', 'Only POST is possible here'],
  413: ['too-large', 'The call is too large'],
  415: ['not-supported', 'Only JSON is possible here'],
} as const;

/** A refusal. */
export function problem(status: keyof typeof titles, detail: string, fields: Record<string, string> = {}): Answer {
  const [code, title] = titles[status];
  return { status, body: JSON.stringify({ type: `urn:hubbub:problem:${code}`, title, status, detail, code, fields }) };
}

/** Accepted: `seq` is the message's place in its conversation. */
export const ok = (seq?: number): Answer => ({ status: 200, body: seq === undefined ? '{"ok":true}' : `{"ok":true,"seq":${seq}}` });

/** The same as a web Response. */
export function toResponse({ status, body }: Answer): Response {
  const headers = new Headers({ 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
  if (status === 405) headers.set('allow', 'POST');
  return new Response(body, { status, headers });
}
