/** Template messages and subscription notices: texts WeChat has approved, free of the reply window. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ConnectorError } from '../connector.ts';
import type { Outbound, Template } from '../connector.ts';
import { errcodeOf } from '../tencent/call.ts';
import type { TencentApi } from '../tencent/call.ts';
import { templateId } from './events.ts';

const Approved = z.looseObject({ template_list: z.array(z.looseObject({ template_id: z.string(), title: z.string().default(''), content: z.string().default('') })).default([]) });
const Notices = z.looseObject({ data: z.array(z.looseObject({ priTmplId: z.string(), title: z.string().default(''), content: z.string().default('') })).default([]) });
const Sent = z.looseObject({ msgid: z.coerce.string().optional() });

/** A template with the names of its variables, in the order of {{1}}, {{2}} ... */
export type Known = Template & { id: string; keys: string[]; category: 'template' | 'subscription' };

/** How long a list is believed. */
const freshMs = 5 * 60_000;
const variable = /\{\{\s*(\w+)\.DATA\s*\}\}/g;

/** Pure: one template as WeChat lists it. The name begins with the title, for people, and ends with the id, for us. */
export function known(category: Known['category'], id: string, title: string, content: string): Known {
  const keys = [...new Set([...content.matchAll(variable)].map((match) => match[1] ?? ''))];
  const text = content.replaceAll(variable, (_all, key: string) => `{{${keys.indexOf(key) + 1}}}`).trim();
  return { id, keys, category, name: title ? `${title} · ${id}` : id, language: 'zh_CN', text: title ? `${title}\n${text}` : text, variables: keys.length, status: 'approved' };
}

/** Templates of one account, and how they are sent. */
export function templateBook(api: TencentApi, now: () => number) {
  let list: Known[] = [];
  let listedAt = -Infinity;

  async function load(): Promise<Known[]> {
    const both = await Promise.allSettled([
      api.get('/cgi-bin/template/get_all_private_template').then((answer) => Approved.parse(answer).template_list.map((one) => known('template', one.template_id, one.title, one.content))),
      api.get('/wxaapi/newtmpl/gettemplate').then((answer) => Notices.parse(answer).data.map((one) => known('subscription', one.priTmplId, one.title, one.content))),
    ]);
    // An account has one of the two, or both; what it may not have is refused as 48001.
    const failed = both.find((one) => one.status === 'rejected' && errcodeOf(one.reason) !== 48001);
    if (failed?.status === 'rejected' && both.every((one) => one.status === 'rejected')) throw failed.reason;
    list = both.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    listedAt = now();
    return list;
  }

  async function find(name: string): Promise<Known> {
    const named = (): Known | undefined => list.find((one) => one.id === name || one.name === name || name.endsWith(` · ${one.id}`));
    const template = (now() - listedAt < freshMs ? named() : undefined) ?? (await load(), named());
    if (!template) throw new ConnectorError('rejected', { 'zh-CN': `公众号没有模板 ${name}`, en: `The account has no template ${name}` });
    return template;
  }

  return {
    list: async (): Promise<Template[]> => (await load()).map(({ id: _id, keys: _keys, ...template }) => template),
    /** True: the same key may be sent again, WeChat takes it once. */
    async idempotent(name: string): Promise<boolean> { return (await find(name)).category === 'template'; },
    async send({ key, to, content }: Outbound): Promise<string> {
      const { template: filled, link } = content;
      if (!filled) throw new Error('no template to send');
      const template = await find(filled.name);
      const data = Object.fromEntries(template.keys.map((name, index) => [name, { value: filled.variables[index] ?? '' }]));
      const target = link?.app ? { miniprogram: { appid: link.app, pagepath: link.url ?? '' } } : {};
      if (template.category === 'subscription') {
        const answer = await api.post('/cgi-bin/message/subscribe/bizsend', { touser: to, template_id: template.id, ...(link?.url && !link.app && { page: link.url }), ...target, data });
        return idOf(Sent.parse(answer).msgid, key);
      }
      // client_msg_id makes it idempotent: WeChat sends one message for it.
      const answer = await api.ask('/cgi-bin/message/template/send', {
        touser: to, template_id: template.id, client_msg_id: key.length <= 32 ? key : createHash('md5').update(key).digest('hex'), ...(link?.url && !link.app && { url: link.url }), ...target, data,
      });
      return idOf(Sent.parse(answer).msgid, key);
    },
  };
}
export type TemplateBook = ReturnType<typeof templateBook>;

const idOf = (msgId: string | undefined, key: string): string => (msgId === undefined || msgId === '0' ? `out:${key}` : templateId(msgId));
