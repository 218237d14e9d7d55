/** What a site's server runs to prove who is signed in, ready to copy. The guide in connectors/webchat shows the same; a test there runs it. */

export const languages = ['node', 'python', 'php'] as const;
export type Language = (typeof languages)[number];
export type Way = 'jwt' | 'hmac';
export const languageNames: Record<Language, string> = { node: 'Node.js', python: 'Python', php: 'PHP' };

const jwt: Record<Language, string> = {
  node: `import { createHmac } from 'node:crypto';
import { env } from 'node:process';

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

export function hubbubToken(user) {
  const now = Math.floor(Date.now() / 1000);
  const text = \`\${part({ alg: 'HS256', typ: 'JWT' })}.\${part({
    sub: user.id, name: user.name, email: user.email, phone: user.phone,
    aud: 'CHANNEL_ID', iat: now, exp: now + 3600,
  })}\`;
  return \`\${text}.\${createHmac('sha256', env.HUBBUB_SECRET).update(text).digest('base64url')}\`;
}`,
  python: `import base64, hashlib, hmac, json, os, time

def part(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

def hubbub_token(user):
    now = int(time.time())
    claims = {"sub": user["id"], "name": user["name"], "email": user["email"], "phone": user["phone"],
              "aud": "CHANNEL_ID", "iat": now, "exp": now + 3600}
    text = part(b'{"alg":"HS256","typ":"JWT"}') + "." + part(json.dumps(claims).encode())
    return text + "." + part(hmac.new(os.environ["HUBBUB_SECRET"].encode(), text.encode(), hashlib.sha256).digest())`,
  php: `function hubbub_token(array $user): string {
    $part = fn (string $data) => rtrim(strtr(base64_encode($data), '+/', '-_'), '=');
    $now = time();
    $text = $part('{"alg":"HS256","typ":"JWT"}') . '.' . $part(json_encode([
        'sub' => $user['id'], 'name' => $user['name'], 'email' => $user['email'], 'phone' => $user['phone'],
        'aud' => 'CHANNEL_ID', 'iat' => $now, 'exp' => $now + 3600,
    ]));
    return $text . '.' . $part(hash_hmac('sha256', $text, getenv('HUBBUB_SECRET'), true));
}`,
};

const hmac: Record<Language, string> = {
  node: `import { createHmac } from 'node:crypto';
import { env } from 'node:process';

export const hubbubHash = (user) =>
  createHmac('sha256', env.HUBBUB_SECRET).update(user.id).digest('hex');`,
  python: `import hashlib, hmac, os

def hubbub_hash(user):
    return hmac.new(os.environ["HUBBUB_SECRET"].encode(), user["id"].encode(), hashlib.sha256).hexdigest()`,
  php: `function hubbub_hash(array $user): string {
    return hash_hmac('sha256', $user['id'], getenv('HUBBUB_SECRET'));
}`,
};

/** For the server, with the channel's id in it. */
export const serverSnippet = (way: Way, language: Language, channelId: string): string => (way === 'jwt' ? jwt : hmac)[language].replaceAll('CHANNEL_ID', channelId);

/** For the page: before the script, and at sign-in and sign-out later. */
export const pageSnippet = (way: Way, channelId: string): string => `window.HubbubSettings = {
  channel: '${channelId}',
  user: ${way === 'jwt' ? "{ token: 'TOKEN' }" : "{ id: 'USER_ID', hash: 'HASH', name: 'NAME', email: 'EMAIL' }"},
};
// At your sign-out:
(window.Hubbub = window.Hubbub || []).push(['reset']);`;
