import type { Locale } from '../../conversations/schema.ts';
import type { QueueName } from './shape.ts';

/** A channel of the demo on a simulated platform. `share` of all conversations; `reaches`: the last that the platform tells of a message of ours. */
export type Simulated = { kind: string; name: string; locales: Locale[]; share: number; queue: QueueName; reaches: 'sent' | 'delivered' | 'read'; voice?: 'ogg' | 'amr'; config?: Record<string, unknown> };

/** In the order of the list of channels. */
export const simulated: Simulated[] = [
  { kind: 'whatsapp-cloud', name: 'WhatsApp', locales: ['en', 'en', 'en', 'zh-CN'], share: 16, queue: 'service', reaches: 'read', voice: 'ogg' },
  { kind: 'wechat-official', name: '公众号 · 纸鹤文具', locales: ['zh-CN'], share: 12, queue: 'service', reaches: 'sent', voice: 'amr' },
  { kind: 'wecom', name: '微信客服', locales: ['zh-CN'], share: 11, queue: 'service', reaches: 'sent', voice: 'amr', config: { welcome: '您好，这里是纸鹤文具，请问有什么可以帮您？' } },
  { kind: 'twilio-sms', name: 'Text messages', locales: ['en'], share: 7, queue: 'service', reaches: 'delivered' },
  { kind: 'wechat-personal', name: '店主个人微信', locales: ['zh-CN'], share: 5, queue: 'sales', reaches: 'sent' },
];

/** What somebody of the past says who comes back to a matter that a person of ours has. */
export const followUps: Record<Locale, string[]> = {
  'zh-CN': ['好的，那我等您消息', '明白了，麻烦您了', '可以，就这么办吧', '大概今天能有结果吗？', '刚看到消息，辛苦了'],
  en: ['Okay, I will wait to hear from you', 'That works for me', 'Just saw this, thank you', 'Will it be done today?', 'Sounds good, please go ahead'],
};
