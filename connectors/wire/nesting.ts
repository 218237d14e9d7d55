/** How deep JSON is nested, told from its bytes: parsing or writing a document of 100,000 levels costs seconds, or the stack. */

/** True when objects and lists lie more than `most` levels inside each other. Strings are jumped over at memory speed. */
export function isTooDeep(bytes: Buffer, most: number): boolean {
  let depth = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === 0x22) {
      let end = at;
      let slashes = 0;
      do {
        end = bytes.indexOf(0x22, end + 1);
        if (end < 0) return false;
        slashes = 0;
        while (bytes[end - 1 - slashes] === 0x5c) slashes += 1;
      } while (slashes % 2 === 1);
      at = end;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > most) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return false;
}
