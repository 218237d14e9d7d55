/** The visitor's token in the page's own storage: the frame's would be partitioned or blocked as third-party. */

export type TokenStore = { read(): string | null; keep(token: string): void; forget(): void };

/** One key a channel, `hubbub:<channel>`; without storage the token lives as long as the page. */
export function tokenStore(channel: string): TokenStore {
  const key = `hubbub:${channel}`;
  let memory: string | null = null;
  return {
    read() {
      try { return localStorage.getItem(key) ?? memory; } catch { return memory; }
    },
    keep(token) {
      memory = token;
      try { localStorage.setItem(key, token); } catch { /* blocked or full: memory it is */ }
    },
    forget() {
      memory = null;
      try { localStorage.removeItem(key); } catch { /* nothing was kept */ }
    },
  };
}
