import { expect, it } from 'vitest';
import { fieldsOf, initialValues, settingsOf } from './schema-fields.ts';

const schema = {
  required: ['host', 'password', 'key'],
  properties: {
    host: { type: 'string', label: { 'zh-CN': '服务器', en: 'Server' } },
    port: { type: 'integer', default: 993 },
    tls: { type: 'boolean', default: true },
    sender: { type: 'string' },
    password: { type: 'string', secret: true },
    domains: { type: 'array', items: { type: 'string' }, default: [] },
    key: { type: 'string', secret: true, generated: true },
  },
};

it('draws a field for each setting but those the server makes', () => {
  const fields = fieldsOf(schema, 'zh-CN');
  expect(fields.map((field) => [field.name, field.input, field.required])).toEqual([
    ['host', 'text', true], ['port', 'number', false], ['tls', 'switch', false], ['sender', 'text', false], ['password', 'secret', true], ['domains', 'lines', false],
  ]);
  expect(fields[0]?.label).toBe('服务器');
  expect(fields[1]?.label).toBe('Port');
});
it('has words for what can be chosen, and folds away what few change', () => {
  const [mode, odd] = fieldsOf({ properties: { mode: { enum: ['plain', 'safe'], default: 'safe' }, odd: { type: 'integer', default: 1, advanced: true } } }, 'en', (choice) => choice.toUpperCase());
  expect(mode).toMatchObject({ input: 'choice', advanced: false, choices: [{ value: 'plain', label: 'PLAIN' }, { value: 'safe', label: 'SAFE' }] });
  expect(odd?.advanced).toBe(true);
});

it('never sends a secret that was not typed', () => {
  const fields = fieldsOf(schema, 'en');
  const values = initialValues(fields, { host: 'imap.example', port: 143, tls: false, password: 'set' });
  expect(values['password']).toBe('');
  expect(settingsOf(fields, values)).toMatchObject({ host: 'imap.example', port: 143, tls: false });
  expect(settingsOf(fields, values)).not.toHaveProperty('password');
  expect(settingsOf(fields, { ...values, password: 'new' })['password']).toBe('new');
});
