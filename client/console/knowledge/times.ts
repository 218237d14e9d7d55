/** A time as the browser's own field wants it: local, to the minute. */
export function toField(iso: string | null | undefined): string {
  if (!iso) return '';
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
/** And back; null where it is empty. */
export const toTime = (field: string): string | null => (field ? new Date(field).toISOString() : null);
