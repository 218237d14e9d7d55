/** Who looks at a conversation and who is writing: so that two do not answer at once, on any channel. */
import type { Namespace, Socket } from 'socket.io';
import type { Hub } from '../hub.ts';
import type { Person } from '../people/schema.ts';

type Looking = { id: string; name: string; writing: boolean };

export type Viewers = ReturnType<typeof viewers>;

/** Keeps the list per conversation and tells those who look at it. */
export function viewers(agents: Namespace) {
  const looking = new Map<string, Map<string, Looking>>();
  const at = new Map<string, string>();

  const tell = (conversationId: string) => {
    const people = new Map([...(looking.get(conversationId)?.values() ?? [])].toSorted((a, b) => Number(a.writing) - Number(b.writing)).map(one => [one.id, one]));
    agents.emit('viewers', { conversationId, viewers: [...people.values()] });
  };
  const leave = (socket: Socket) => {
    const conversationId = at.get(socket.id);
    if (!conversationId) return;
    at.delete(socket.id);
    const there = looking.get(conversationId);
    there?.delete(socket.id);
    if (there?.size === 0) looking.delete(conversationId);
    void socket.leave(`conversation/${conversationId}`);
    tell(conversationId);
  };

  return {
    leave,
    view(socket: Socket, person: Person, conversationId: string | null): void {
      leave(socket);
      if (!conversationId) return;
      at.set(socket.id, conversationId);
      const there = looking.get(conversationId) ?? new Map<string, Looking>();
      looking.set(conversationId, there.set(socket.id, { id: person.id, name: person.name, writing: false }));
      void socket.join(`conversation/${conversationId}`);
      tell(conversationId);
    },
    /** Also lets the customer see it, where the channel can show typing. */
    async writing(hub: Hub, socket: Socket, person: Person, conversationId: string, writing: boolean): Promise<void> {
      const me = looking.get(conversationId)?.get(socket.id);
      if (!me || me.writing === writing) return;
      me.writing = writing;
      tell(conversationId);
      const head = await hub.heads.get(conversationId);
      if (head) await hub.channels.get(head.thread.channelId)?.connector.typing?.(head.thread.key, writing).catch(() => undefined);
    },
  };
}
