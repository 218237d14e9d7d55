/** The menu at the bottom of the chat: read and published from the console. */
import { z } from 'zod';
import { ConnectorError } from '../connector.ts';
import type { Words } from '../connector.ts';
import type { TencentApi } from '../tencent/call.ts';

const name = (bytes: number) => z.string().min(1).refine((text) => Buffer.byteLength(text) <= bytes, `may have ${bytes} bytes; a Chinese character has three`);
const types = ['click', 'view', 'miniprogram', 'scancode_push', 'scancode_waitmsg', 'pic_sysphoto', 'pic_photo_or_album', 'pic_weixin', 'location_select', 'media_id', 'article_id', 'article_view_limited', 'view_limited'];
const needs: Record<string, string[]> = { view: ['url'], miniprogram: ['url', 'appid', 'pagepath'], media_id: ['media_id'], view_limited: ['media_id'], article_id: ['article_id'], article_view_limited: ['article_id'] };

const Item = z.looseObject({ type: z.enum(types), key: z.string().max(128).optional(), url: z.string().max(1_024).optional() })
  .refine((item) => (needs[item.type] ?? ['key']).every((part) => typeof item[part] === 'string' && item[part] !== ''), 'lacks a part that this type needs: key, url, appid with pagepath, media_id or article_id');
const SubButton = z.intersection(z.looseObject({ name: name(60) }), Item);
const Button = z.union([z.looseObject({ name: name(16), sub_button: z.array(SubButton).min(1).max(5) }), z.intersection(z.looseObject({ name: name(16) }), Item)]);

/** What menu/create takes: up to three buttons with up to five below each. */
export const Menu = z.looseObject({ button: z.array(Button).min(1).max(3) });

/** Checks and publishes; the sentence is for the person who asked. */
export async function publishMenu(api: TencentApi, json: string): Promise<Words> {
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch {
    throw new ConnectorError('rejected', { 'zh-CN': '这不是 JSON', en: 'This is no JSON' });
  }
  const menu = Menu.safeParse(given);
  if (!menu.success) {
    const issues = menu.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ');
    throw new ConnectorError('rejected', { 'zh-CN': `菜单不符合微信的要求：${issues}`, en: `The menu does not fit WeChat's rules: ${issues}` });
  }
  await api.ask('/cgi-bin/menu/create', menu.data);
  return { 'zh-CN': `菜单已发布，共 ${menu.data.button.length} 个一级按钮；客户最迟 24 小时内看到`, en: `The menu is published with ${menu.data.button.length} buttons; customers see it within 24 hours` };
}

const Read = z.looseObject({ is_menu_open: z.coerce.number().optional(), selfmenu_info: z.unknown() });

/** The menu as it stands, as JSON. */
export async function readMenu(api: TencentApi): Promise<Words> {
  const { is_menu_open: open, selfmenu_info: menu } = Read.parse(await api.get('/cgi-bin/get_current_selfmenu_info'));
  return open === 1 && menu ? JSON.stringify(menu, null, 2) : { 'zh-CN': '公众号没有启用自定义菜单', en: 'The account has no menu' };
}
