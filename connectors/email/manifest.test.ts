/** What the settings refuse. */
import { expect, it } from 'vitest';
import { EmailConfig } from './manifest.ts';

const { oauthUrl: SignInUrl } = EmailConfig.shape;

it.each(['', 'https://login.example/token', 'http://127.0.0.1:8080/token', 'http://localhost/token', 'http://[::1]:9/token'])('a sign-in address may be %j', (url) => {
  expect(SignInUrl.safeParse(url).success).toBe(true);
});

// Codes, tokens and the client's secret go there.
it.each([
  'http://login.example/token', 'http://127.0.0.1:80@evil.example/token', 'http://localhost:x@evil.example/', 'http://[::1]:9@evil.example/', 'https://user:secret@login.example/', 'http://127.0.0.1.evil.example/', 'javascript:alert(1)', 'https://', 'file:///etc/passwd',
])('a sign-in address may not be %j', (url) => {
  expect(SignInUrl.safeParse(url).success).toBe(false);
});
