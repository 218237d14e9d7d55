/** What has to become of a file before a channel can carry it. */

/** Of a manifest's limits, what concerns files. */
export type FileLimits = { attachmentBytes: number; media?: { type: string; bytes: number }[] };

/** A kind of picture we can write. */
export type PictureType = 'image/jpeg' | 'image/png' | 'image/webp';
/** A kind of sound or film that ffmpeg is asked for. */
export type MediaType = 'audio/ogg' | 'audio/mpeg' | 'audio/mp4' | 'audio/amr' | 'video/mp4';

/** 'picture' and 'media' say what to try, best first, within so many bytes; whoever fails takes the link. */
export type Plan =
  | { kind: 'as-is' }
  | { kind: 'picture'; targets: { type: PictureType; bytes: number }[] }
  | { kind: 'media'; targets: { type: MediaType; bytes: number }[] }
  | { kind: 'link' };

const pictures: readonly PictureType[] = ['image/jpeg', 'image/webp', 'image/png'];
/** What phones and browsers record best is first; AMR is telephone sound. */
const sounds: readonly MediaType[] = ['audio/ogg', 'audio/mpeg', 'audio/mp4', 'audio/amr'];

/** Pictures we open; no vector drawings: they are programs of a kind, and may name other files. */
const readable: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif', 'image/tiff']);

/** Would a small picture of it make sense? */
export const isPicture = (type: string): boolean => readable.has(type);

/** One name for types that have several, without parameters. */
export function plainType(type: string): string {
  const [bare = ''] = type.toLowerCase().split(';');
  return aliases[bare.trim()] ?? bare.trim();
}
const aliases: Record<string, string> = {
  'audio/x-m4a': 'audio/mp4', 'audio/m4a': 'audio/mp4', 'audio/opus': 'audio/ogg', 'application/ogg': 'audio/ogg', 'audio/mp3': 'audio/mpeg', 'audio/x-wav': 'audio/wav', 'audio/vnd.wave': 'audio/wav', 'image/jpg': 'image/jpeg', 'text/x-vcard': 'text/vcard',
};

/** Bytes a file of this type may have; 0: the channel does not carry it. */
export function roomFor(type: string, { attachmentBytes, media }: FileLimits): number {
  if (!media) return attachmentBytes;
  const plain = plainType(type);
  const rule = media.find((one) => plain.startsWith(plainType(one.type)));
  return rule ? Math.min(rule.bytes, attachmentBytes) : 0;
}

/** @param tools what this machine can do beside pictures */
export function planFor({ type, size, role }: { type: string; size: number; role?: 'voice' | 'sticker' | undefined }, limits: FileLimits, tools: { ffmpeg: boolean }): Plan {
  if (size <= roomFor(type, limits)) return { kind: 'as-is' };
  const plain = plainType(type);
  const targets = <Type extends string>(types: readonly Type[]) => types.map((each) => ({ type: each, bytes: roomFor(each, limits) })).filter(({ bytes }) => bytes > 0);
  if (isPicture(plain)) {
    const possible = targets(pictures);
    return possible.length > 0 ? { kind: 'picture', targets: possible } : { kind: 'link' };
  }
  // A browser records sound into a container for films.
  const sounding = plain.startsWith('audio/') || role === 'voice';
  const filmed = plain.startsWith('video/') && !sounding;
  if (!tools.ffmpeg || (!sounding && !filmed)) return { kind: 'link' };
  const possible = targets(filmed ? ['video/mp4'] as const : sounds);
  return possible.length > 0 ? { kind: 'media', targets: possible } : { kind: 'link' };
}

/** The name with the end that its new type has. */
export function renamed(name: string, type: PictureType | MediaType): string {
  const stem = name.replace(/\.[^.]{1,8}$/, '') || 'file';
  return `${stem.slice(0, 180)}.${endings[type]}`;
}
const endings: Record<PictureType | MediaType, string> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp', 'audio/ogg': 'ogg', 'audio/mpeg': 'mp3', 'audio/mp4': 'm4a', 'audio/amr': 'amr', 'video/mp4': 'mp4' };
