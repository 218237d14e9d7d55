/**
 * Who really calls: the address that the outermost trusted proxy saw. Each proxy appends its caller to X-Forwarded-For, so only the last
 * `trustProxy` entries are not the stranger's own words.
 */
export function clientAddress(remote: string | undefined, forwardedFor: string | string[] | undefined, trustProxy: number): string {
  const said = [forwardedFor ?? []].flat().join(',').split(',').map(part => part.trim()).filter(Boolean);
  const seen = [remote ?? 'unknown', ...said.reverse()];
  return seen[Math.min(trustProxy, seen.length - 1)] ?? 'unknown';
}
