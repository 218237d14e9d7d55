/** Bytes -> text: what announces itself, what is UTF-8, what is declared, and what Excel in China saves. */
export function decode(bytes: Uint8Array, declared = ''): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    try {
      return new TextDecoder(declared || 'gb18030').decode(bytes);
    } catch {
      return new TextDecoder('gb18030').decode(bytes);
    }
  }
}
