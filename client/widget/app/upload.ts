/** Files on their way to the hub, with progress (fetch cannot tell it for uploads). */
import type { Problem, Uploaded } from '../wire.ts';

/** Resolves with the stored file; rejects with a Problem. */
export function upload(channelId: string, token: string, file: File, progress: (percent: number) => void, stop: AbortSignal): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = (problem: Problem): void => reject(problem);
    request.open('POST', `/widget/${encodeURIComponent(channelId)}/attachments?name=${encodeURIComponent(file.name || 'image.png')}`);
    request.setRequestHeader('authorization', `Bearer ${token}`);
    request.setRequestHeader('content-type', file.type || 'application/octet-stream');
    request.responseType = 'json';
    request.upload.onprogress = (event) => { if (event.lengthComputable) progress(Math.round((event.loaded / event.total) * 100)); };
    request.onload = () => (request.status < 300 && isUploaded(request.response) ? resolve(request.response) : fail({ code: request.status === 413 ? 'too-large' : 'failed' }));
    request.onerror = () => fail({ code: 'unreachable' });
    request.onabort = () => fail({ code: 'aborted' });
    stop.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

function isUploaded(value: unknown): value is Uploaded {
  return typeof value === 'object' && value !== null && 'id' in value && 'name' in value && 'size' in value;
}

/** Where a stored file is read; the token says who asks. */
export function fileUrl(channelId: string, token: string, id: string): string {
  return `/widget/${encodeURIComponent(channelId)}/attachments/${id}?token=${encodeURIComponent(token)}`;
}

/** 1536 -> '1.5 KB' */
export function bytes(size: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, size)) / 10));
  return `${(size / 1024 ** step).toFixed(step === 0 || size / 1024 ** step >= 10 ? 0 : 1)} ${units[step]}`;
}

/** Pictures every browser shows and that cannot carry script. */
export const isPicture = (type: string): boolean => /^image\/(png|jpeg|gif|webp|avif)$/.test(type);
