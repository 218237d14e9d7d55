/** Names of files and of references to files that Meta still holds. Pure. */

const endings: Record<string, string> = {
  'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp', 'image/gif': 'gif', 'video/mp4': 'mp4', 'video/3gpp': '3gp', 'video/3gp': '3gp', 'audio/ogg': 'ogg', 'audio/opus': 'opus',
  'audio/mpeg': 'mp3', 'audio/mp4': 'm4a', 'audio/aac': 'aac', 'audio/amr': 'amr', 'application/pdf': 'pdf', 'text/plain': 'txt', 'application/zip': 'zip',
};

/** The sender's name for it without its folders, or one made of kind and type. */
export function fileName(given: string, kind: string, type: string): string {
  const last = given.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '').split(/[/\\]/).at(-1)?.trim() ?? '';
  const cut = last.length > 200 ? `${last.slice(0, 180)}${/\.[^.]{1,12}$/.exec(last)?.[0] ?? ''}` : last;
  return cut.toWellFormed() || `${kind}.${endings[type] ?? (/^[a-z]+\/([a-z0-9]{1,8})$/.exec(type)?.[1] ?? 'bin')}`;
}

/** What `fetch` needs to bring the file: Meta's id, and what to call it. */
export const refOf = (id: string, name: string): string => `${encodeURIComponent(id)}/${encodeURIComponent(name)}`;

/** The two parts of a reference. */
export function partsOf(ref: string): { id: string; name: string } {
  const [id = '', name = ''] = ref.split('/').map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  return { id, name };
}
