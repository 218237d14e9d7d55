/** How far a model's words that are still being written may be looked at. Pure. */

/** Hears all words so far and passes on what ends with a source, each time once; after words that are refused, nothing more. @param pass false: refused */
export function lastCited(pass: (words: string) => boolean): (text: string) => void {
  let shown = 0;
  let refused = false;
  return (text) => {
    if (refused) return;
    // A sign after the source belongs to its sentence, once something follows it.
    const end = [...text.matchAll(/[[【]\s*\d{1,3}(?:\s*[,，、]\s*\d{1,3})*\s*[\]】](?:[。．.！!？?]|(?![。．.！!？?]))(?=[\s\S])/gu)].at(-1);
    const to = end ? end.index + end[0].length : 0;
    if (to <= shown) return;
    shown = to;
    refused = !pass(text.slice(0, to));
  };
}

/** Hears all words so far and passes on the whole words of them; a name that stands for something hidden is whole or not there. */
export function lastWord(pass: (words: string) => void): (text: string) => void {
  let shown = 0;
  return (text) => {
    const open = text.lastIndexOf('[');
    const sure = open >= 0 && !text.includes(']', open) ? text.slice(0, open) : text;
    const to = /^[\s\S]*(?:[\s。！？，、；,!?;]|\p{Script=Han}(?=\p{Script=Han}))/u.exec(sure)?.[0].length ?? 0;
    if (to <= shown) return;
    shown = to;
    pass(text.slice(0, to).trim());
  };
}
