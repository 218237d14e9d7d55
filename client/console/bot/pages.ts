/** The pages about the bot, in the order of the work; their names stand in the words `bot.pages`. */
export const botPages = [
  { name: 'answers', icon: 'i-lucide-book-open', roles: ['supervisor', 'admin'] },
  { name: 'documents', icon: 'i-lucide-library', roles: ['supervisor', 'admin'] },
  { name: 'unanswered', icon: 'i-lucide-circle-help', roles: ['supervisor', 'admin'] },
  { name: 'test-chat', icon: 'i-lucide-message-circle-question', roles: ['supervisor', 'admin'] },
  { name: 'tools', icon: 'i-lucide-wrench', roles: ['admin'] },
  { name: 'training', icon: 'i-lucide-package-check', roles: ['supervisor', 'admin'] },
  { name: 'guardrails', icon: 'i-lucide-shield-check', roles: ['supervisor', 'admin'] },
  { name: 'numbers', icon: 'i-lucide-chart-column', roles: ['supervisor', 'admin'] },
];
