/** The pages of those who run the floor: what happens now, what happened, by which rules; their names stand in the words `operations.pages`. */
export const operationsPages = [
  { name: 'agent-states', icon: 'i-lucide-users-round', roles: ['supervisor', 'admin'] },
  { name: 'reports', icon: 'i-lucide-chart-column-big', roles: ['supervisor', 'admin'] },
  { name: 'time-lab', icon: 'i-lucide-flask-conical', roles: ['supervisor', 'admin'] },
  { name: 'staffing', icon: 'i-lucide-calendar-range', roles: ['supervisor', 'admin'] },
  { name: 'queues', icon: 'i-lucide-list-ordered', roles: ['supervisor', 'admin'] },
  { name: 'routing-rules', icon: 'i-lucide-route', roles: ['supervisor', 'admin'] },
  { name: 'sla', icon: 'i-lucide-alarm-clock', roles: ['supervisor', 'admin'] },
  { name: 'calendars', icon: 'i-lucide-calendar-clock', roles: ['supervisor', 'admin'] },
];
