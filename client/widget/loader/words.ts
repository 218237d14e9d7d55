/** The few words outside the frame; the loader is too small for the whole table. */
export const words = {
  'zh-CN': { open: '打开对话', openUnread: '打开对话，{n} 条未读', close: '关闭对话', frame: '在线对话' },
  en: { open: 'Open chat', openUnread: 'Open chat, {n} unread', close: 'Close chat', frame: 'Chat' },
} as const;
