/** Pictures made smaller or of another kind: turned upright, without what they know about their maker, and never a bomb. */
import type { Sharp, SharpOptions } from 'sharp';
import { isPicture } from './rules/fit.ts';
import type { PictureType } from './rules/fit.ts';

/** Longest side of a small picture. */
const thumbnailSide = 320;
/** A photograph of a good phone has 50 million; more is meant to fill our memory. */
const pixels = 64_000_000;
/** Larger files are not opened. */
const largest = 40 * 1024 * 1024;
const seconds = 15;

let loaded: Promise<(bytes: Uint8Array, options: SharpOptions) => Sharp> | undefined;

async function load(): Promise<(bytes: Uint8Array, options: SharpOptions) => Sharp> {
  const { default: sharp } = await import('sharp');
  // Only what isPicture names: libvips also opens drawings and pages, which can name other files.
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp', 'VipsForeignLoadNsgif', 'VipsForeignLoadHeif', 'VipsForeignLoadTiff'] });
  sharp.cache(false);
  // Conversations come first: a picture gets one core.
  sharp.concurrency(1);
  return sharp;
}

async function opened(bytes: Uint8Array): Promise<Sharp> {
  const sharp = await (loaded ??= load());
  return sharp(bytes, { limitInputPixels: pixels, pages: 1, failOn: 'error', sequentialRead: true }).timeout({ seconds }).autoOrient();
}

/** At most 320 pixels wide and high, WebP; of a moving picture the first. Null: it cannot be opened. */
export async function thumbnailOf(bytes: Uint8Array, type: string): Promise<Uint8Array | null> {
  if (!isPicture(type) || bytes.byteLength > largest) return null;
  try {
    return await (await opened(bytes)).resize(thumbnailSide, thumbnailSide, { fit: 'inside', withoutEnlargement: true }).webp({ quality: 75 }).toBuffer();
  } catch {
    return null;
  }
}

const steps = [{ side: 4096, quality: 88 }, { side: 2560, quality: 82 }, { side: 1600, quality: 78 }, { side: 1024, quality: 72 }] as const;

/** As large as fits into so many bytes. Null: it cannot be opened, moves, or does not fit however small. */
export async function recoded(bytes: Uint8Array, target: { type: PictureType; bytes: number }): Promise<Uint8Array | null> {
  if (bytes.byteLength > largest) return null;
  try {
    const { pages = 1 } = await (await (loaded ??= load()))(bytes, { limitInputPixels: pixels }).metadata();
    // A still of a moving picture says something else: the link shows all of it.
    if (pages > 1) return null;
    for (const { side, quality } of steps) {
      const scaled = (await opened(bytes)).resize(side, side, { fit: 'inside', withoutEnlargement: true });
      const made = await (target.type === 'image/jpeg' ? scaled.flatten({ background: '#ffffff' }).jpeg({ quality })
        : target.type === 'image/webp' ? scaled.webp({ quality }) : scaled.png({ palette: true })).toBuffer();
      if (made.byteLength <= target.bytes) return made;
    }
    return null;
  } catch {
    return null;
  }
}
