/** Carries out the hub's commands on the page. Runs in the session process. */
import library, { type Client, type Location, type Message, type MessageMedia, type MessageSendOptions } from 'whatsapp-web.js';
import { ConnectorError } from '../connector.ts';
import { told, type lookUp } from './look-up.ts';
import type { Command, Item } from './protocol.ts';
import { both } from './words.ts';

const codeMs = 180_000;

type Performed = Exclude<Command, { name: 'launch' | 'stop' }>;

/** Answers as protocol.ts says; rejects with the page's words. */
export async function perform(web: Client, people: ReturnType<typeof lookUp>, command: Performed): Promise<unknown> {
  switch (command.name) {
    case 'state': return await web.getState();
    case 'send': return await send(web, command.chat, command.item, command.quote);
    case 'media': return await media(web, command.id);
    case 'react': return await web.sendReaction(command.id, command.emoji);
    case 'edit': {
      const edited = await (await ours(web, command.id)).edit(command.text);
      if (!edited) throw new ConnectorError('rejected', both('发出 15 分钟后，WhatsApp 不再允许修改', 'WhatsApp does not let this message be edited any more (15 minutes after sending)'));
      return;
    }
    case 'recall': return await (await ours(web, command.id)).delete(true);
    case 'seen': return await web.sendSeen(command.chat);
    // The library would ask the server for each group's members first; these two are the calls it makes in the end.
    case 'typing': return await web.pupPage?.evaluate(`window.WWebJS.sendChatstate('${command.typing ? 'typing' : 'stop'}', ${JSON.stringify(command.chat)})`);
    case 'chats': return await web.pupPage?.evaluate("window.require('WAWebCollections').Chat.getModelsArray().map((chat) => ({ id: chat.id._serialized, at: (chat.t || 0) * 1000 }))");
    case 'history': {
      const messages = await (await web.getChatById(command.chat)).fetchMessages(command.limit > 0 ? { limit: command.limit } : {});
      return await Promise.all(messages.map((message) => told(message, people)));
    }
    case 'pairing-code': return await web.requestPairingCode(command.phone, true, codeMs);
    case 'sign-out': return await web.logout();
  }
}

async function ours(web: Client, id: string): Promise<Message> {
  const message = await web.getMessageById(id);
  if (!message) throw new ConnectorError('rejected', both('WhatsApp 网页版已没有这条消息', 'WhatsApp Web does not have this message any more'));
  return message;
}

async function send(web: Client, chat: string, item: Item, quote?: string): Promise<{ id: string; ack: number }> {
  // Waits for the server's word: without it the message may sit in a browser that is offline.
  const options: MessageSendOptions = { waitUntilMsgSent: true, sendSeen: false, ...(quote !== undefined && { quotedMessageId: quote, ignoreQuoteErrors: true }) };
  const message = await web.sendMessage(chat, ...payload(item, options));
  if (!message) throw new ConnectorError('rejected', both('WhatsApp 上没有与此地址的聊天', 'WhatsApp has no chat with this address'));
  return { id: message.id._serialized, ack: message.ack ?? 0 };
}

function payload(item: Item, options: MessageSendOptions): [string | MessageMedia | Location, MessageSendOptions] {
  switch (item.kind) {
    case 'text': return [item.text, { ...options, parseVCards: false }];
    case 'card': return [item.vcard, options];
    case 'location': return [new library.Location(item.latitude, item.longitude, item.name === undefined ? {} : { name: item.name }), options];
    case 'file': return [new library.MessageMedia(item.type, Buffer.from(item.bytes).toString('base64'), item.name, item.bytes.length), {
      ...options,
      ...(item.caption !== undefined && { caption: item.caption }),
      sendAudioAsVoice: item.as === 'voice', sendMediaAsSticker: item.as === 'sticker', sendMediaAsDocument: item.as === 'document',
    }];
  }
}

async function media(web: Client, id: string): Promise<{ name?: string; type: string; bytes: Uint8Array } | null> {
  const message = await web.getMessageById(id);
  const file = await message?.downloadMedia();
  if (!file) return null;
  return { ...(file.filename && { name: file.filename }), type: file.mimetype, bytes: Buffer.from(file.data, 'base64') };
}
