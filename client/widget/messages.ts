/** The widget's own words, Chinese and English. */
import { fill } from './locale.ts';
import type { Locale } from './wire.ts';

const en = {
  close: 'Close chat', frame: 'Chat', log: 'Conversation',
  connecting: 'Connecting', offline: 'You are offline. Messages are sent when the connection is back.', refused: 'The chat is not available at the moment.', signIn: 'Please sign in on this site to chat with us.',
  botHere: 'Answered by an assistant', welcome: 'Ask us anything', withAgent: '{name} is here for you', withSomebody: 'You are talking to our team', waiting: 'A colleague will be with you soon',
  next: 'You are next in line', position: 'You are number {n} in line', joined: '{name} joined', resolved: 'This chat is closed.', startAgain: 'Start again',
  you: 'You', bot: 'Assistant', team: 'Team', write: 'Write a message', send: 'Send', attach: 'Attach a file', dropHere: 'Drop files here', remove: 'Remove {name}',
  human: 'Talk to a human', humanMessage: 'human please', sources: 'Sources', choices: 'Suggested answers', typing: '{name} is typing', newMessages: 'New messages', toEnd: 'To the newest message',
  sending: 'Sending', sent: 'Sent', delivered: 'Delivered', read: 'Read', failed: 'Not sent', retry: 'Try again', discard: 'Discard',
  uploading: 'Uploading {name}, {n} %', uploadFailed: '{name} could not be uploaded', tooLarge: '{name} is larger than {size}', tooMany: 'No more than {n} files', tooLong: '{n} characters too many',
  tooFast: 'That was fast. The message goes out in a moment.', download: 'Download {name}, {size}',
  preChat: 'Before we start', name: 'Name', email: 'E-mail', begin: 'Start chat', nameMissing: 'Please tell us your name', emailWrong: 'Please give an e-mail address such as name@example.com',
  end: 'End chat', endAsk: 'End this chat?', endYes: 'End chat', endNo: 'Keep going', opensNew: 'opens in a new tab',
  helped: 'Did this help?', helpedYes: 'It helped', helpedNo: 'It did not help', thanks: 'Thank you',
};
export type MessageKey = keyof typeof en;

const zh: Record<MessageKey, string> = {
  close: '关闭对话', frame: '在线对话', log: '对话记录',
  connecting: '正在连接', offline: '网络已断开，恢复后会自动发送消息。', refused: '在线客服暂时不可用。', signIn: '请先登录本网站，再与客服对话。',
  botHere: '智能助手为您解答', welcome: '欢迎咨询', withAgent: '{name} 正在为您服务', withSomebody: '客服正在为您服务', waiting: '客服马上就来',
  next: '下一位就是您', position: '您前面还有 {ahead} 位', joined: '{name} 已加入对话', resolved: '本次对话已结束。', startAgain: '重新开始',
  you: '您', bot: '智能助手', team: '客服', write: '请输入消息', send: '发送', attach: '添加文件', dropHere: '把文件拖到这里', remove: '移除 {name}',
  human: '转人工', humanMessage: '转人工', sources: '来源', choices: '可选回答', typing: '{name} 正在输入', newMessages: '有新消息', toEnd: '回到最新消息',
  sending: '发送中', sent: '已发送', delivered: '已送达', read: '已读', failed: '未发送', retry: '重试', discard: '放弃',
  uploading: '正在上传 {name}，{n}%', uploadFailed: '{name} 上传失败', tooLarge: '{name} 超过 {size}', tooMany: '最多 {n} 个文件', tooLong: '超出 {n} 个字符',
  tooFast: '发送太快了，消息稍后自动发出。', download: '下载 {name}，{size}',
  preChat: '开始之前', name: '姓名', email: '邮箱', begin: '开始对话', nameMissing: '请填写您的姓名', emailWrong: '请填写正确的邮箱，例如 name@example.com',
  end: '结束对话', endAsk: '要结束本次对话吗？', endYes: '结束对话', endNo: '继续对话', opensNew: '在新标签页打开',
  helped: '这个回答有帮助吗？', helpedYes: '有帮助', helpedNo: '没有帮助', thanks: '感谢反馈',
};

/** Every message in both languages. */
export const messages: Record<Locale, Record<MessageKey, string>> = { 'zh-CN': zh, en };

/** The message with its values filled in. */
export const translate = (locale: Locale, key: MessageKey, values?: Record<string, string | number>): string => fill(messages[locale][key], values);
