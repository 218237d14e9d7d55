import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createI18n } from 'vue-i18n';
import { botEn } from './bot/en.ts';
import { botZhCN } from './bot/zh-CN.ts';
import { operationsEn } from './operations/en.ts';
import { operationsZhCN } from './operations/zh-CN.ts';
import { en as base } from './en.ts';
import { zhCN as baseZhCN } from './zh-CN.ts';

const en = { ...base, ...botEn, ...operationsEn };
const zhCN = { ...baseZhCN, ...botZhCN, ...operationsZhCN };

function flat(value: object, path = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, inner]) => (typeof inner === 'string' ? [[`${path}${key}`, inner] satisfies [string, string]] : flat(inner, `${path}${key}.`)));
}
const english = new Map(flat(en));
const chinese = new Map(flat(zhCN));
const values = (text: string) => [...text.replaceAll(/\{'[^']*'\}/g, '').matchAll(/\{(\w+)\}/g)].map((match) => match[1]).filter((name, at, all) => all.indexOf(name) === at).sort();

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).filter((file) => file.isFile() && /\.(vue|ts)$/.test(file.name) && !file.name.endsWith('.test.ts') && !file.parentPath.includes('dist'))
    .map((file) => readFileSync(`${file.parentPath}/${file.name}`, 'utf8'));
}

describe('messages', () => {
  it('say the same things in both languages', () => { expect([...chinese.keys()]).toEqual([...english.keys()]); });
  it('fill in the same values', () => {
    for (const [key, text] of english) expect([key, values(chinese.get(key) ?? '')]).toEqual([key, values(text)]);
  });
  it('are never empty, and the Chinese ones are Chinese', () => {
    const international = new Set(['list.comma', 'setup.answers.number']);
    for (const [key, text] of chinese) {
      expect([key, text.trim() !== '']).toEqual([key, true]);
      if (!international.has(key)) expect([key, /\p{Script=Han}/u.test(text)]).toEqual([key, true]);
    }
  });
  it('can be read by the message compiler', () => {
    for (const [locale, messages] of [['en', en], ['zh-CN', zhCN]] as const) {
      const { t } = createI18n({ legacy: false, locale, messages: { [locale]: messages }, missingWarn: true }).global;
      for (const key of english.keys()) expect(() => t(key, { n: 2, name: 'x' })).not.toThrow();
    }
  });
  it('exist for every key that a screen names', () => {
    const console = `${import.meta.dirname}/../console`;
    const used = sources(console).flatMap((text) => [...text.matchAll(/\bt\(\s*'([\w.-]+)'/g)].map((match) => match[1] ?? ''));
    expect(used.length).toBeGreaterThan(100);
    expect(used.filter((key) => !english.has(key))).toEqual([]);
    const begun = sources(console).flatMap((text) => [...text.matchAll(/\bt\(\s*`([\w.-]+)\.\$\{/g)].map((match) => match[1] ?? ''));
    expect(begun.filter((start) => ![...english.keys()].some((key) => key.startsWith(`${start}.`)))).toEqual([]);
  });
});
