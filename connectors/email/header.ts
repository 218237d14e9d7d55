/** Where a mail's header ends, also for mails that do not say so properly. */

/** Index of the empty line after the header; the length when there is none. */
export function headerEnd(raw: Uint8Array): number {
  for (let at = 0; at < raw.length; at += 1) {
    if (raw[at] !== 10) continue;
    if (raw[at + 1] === 10) return at + 1;
    if (raw[at + 1] === 13 && raw[at + 2] === 10) return at + 1;
  }
  return raw.length;
}

/** Letters only: a header has no more than some dozens of fields. */
const mostBytes = 200_000;
const field = /^[!-9;-~]{1,200}[ \t]*:/;
const known = /^(from|to|cc|bcc|subject|date|message-id|mime-version|content-[a-z-]+|received|return-path|reply-to|sender|in-reply-to|references|dkim-signature|x-[a-z-]+)[ \t]*:/i;

/**
 * A body that follows without an empty line, or after one that holds blanks, would be taken for header and lost.
 * It begins with the first line that is no field, unless fields follow: then the line is just a broken one.
 */
export function separated(raw: Uint8Array): Uint8Array {
  const end = headerEnd(raw);
  if (end > mostBytes) return raw;
  const lines = Buffer.from(raw.buffer, raw.byteOffset, end).toString('latin1').split('\n');
  const odd = lines.findIndex((line, index) => index > 0 && line !== '' && !field.test(line) && (!/^[ \t]/.test(line) || line.trim() === ''));
  const rest = odd < 0 ? [] : lines.slice(odd + 1);
  // What stands below a boundary is the header of a part.
  const part = rest.findIndex((line) => line.startsWith('--'));
  if (odd < 0 || rest.slice(0, part < 0 ? undefined : part).some((line) => known.test(line))) return raw;
  const at = lines.slice(0, odd).reduce((sum, line) => sum + line.length + 1, 0);
  return Buffer.concat([raw.subarray(0, at), Buffer.from('\r\n'), raw.subarray(at)]);
}
