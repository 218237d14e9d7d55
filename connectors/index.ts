/** Every channel the hub knows. A connector and its SDK are loaded when its first channel starts. */
import type { ChannelKind } from './connector.ts';
import { api } from './api/manifest.ts';
import { email } from './email/manifest.ts';
import { twilioSms } from './twilio-sms/manifest.ts';
import { webchat } from './webchat/manifest.ts';
import { wechatOfficial } from './wechat-official/manifest.ts';
import { wechatPersonal } from './wechat-personal/manifest.ts';
import { wecom } from './wecom/manifest.ts';
import { whatsappCloud } from './whatsapp-cloud/manifest.ts';
import { whatsappWeb } from './whatsapp-web/manifest.ts';

/** In the order in which the console offers them. */
export const channelKinds: ChannelKind[] = [webchat, wechatOfficial, email, whatsappCloud, wecom, twilioSms, api, whatsappWeb, wechatPersonal];
