/** Readable colours from the one colour a site chose. */

const channels = (hex: string): number[] => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);

/** Relative luminance as WCAG defines it. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = channels(hex).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast of two colours, 1..21. */
export function contrast(one: string, two: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(two)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** Black or white, whichever is easier to read on the colour. */
export const inkOn = (hex: string): string => (contrast(hex, '#ffffff') >= contrast(hex, '#111827') ? '#ffffff' : '#111827');

/** The colour, moved towards black or white until it reads on the background. */
export function readable(hex: string, background: string): string {
  const towards = luminance(background) > 0.5 ? 0 : 1;
  for (let step = 0; step <= 20; step += 1) {
    const mixed = `#${channels(hex).map((value) => Math.round((value + (towards - value) * (step / 20)) * 255).toString(16).padStart(2, '0')).join('')}`;
    if (contrast(mixed, background) >= 4.6) return mixed;
  }
  return towards === 1 ? '#ffffff' : '#000000';
}

/** A colour we can compute with. */
export const isColour = (value: string): boolean => /^#[0-9a-f]{6}$/i.test(value);
