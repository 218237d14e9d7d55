/** A short sound made by the browser itself: no file, nothing to download. */

let context: AudioContext | undefined;

/** Browsers keep sound locked until a gesture; call this from a click. Returns whether sound is possible now. */
export async function unlockSound(): Promise<boolean> {
  context ??= new AudioContext();
  if (context.state !== 'running') await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 300))]);
  return context.state === 'running';
}

/** Two soft notes; silent while sound is locked. */
export function beep(volume = 0.5): void {
  if (!context || context.state !== 'running') return;
  for (const [index, pitch] of [660, 880].entries()) {
    const start = context.currentTime + index * 0.14;
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.frequency.value = pitch;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(volume * 0.3, start + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + 0.28);
    tone.connect(gain).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.3);
  }
}
