/** Every channel the hub knows. A connector and its SDK are loaded when its first channel starts. */
import type { ChannelKind } from './connector.ts';
import { api } from './api/kind.ts';
import { email } from './email/kind.ts';
import { twilioSms } from './twilio-sms/kind.ts';
import { webchat } from './webchat/kind.ts';
import { wechatOfficial } from './wechat-official/kind.ts';
import { wechatPersonal } from './wechat-personal/kind.ts';
import { wecom } from './wecom/kind.ts';
import { whatsappCloud } from './whatsapp-cloud/kind.ts';
import { whatsappWeb } from './whatsapp-web/kind.ts';

/** In the order in which the console offers them. */
export const channelKinds: ChannelKind[] = [webchat, wechatOfficial, email, whatsappCloud, wecom, twilioSms, api, whatsappWeb, wechatPersonal];
