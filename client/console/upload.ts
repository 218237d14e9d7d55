/** Uploads one file with progress; fetch cannot report it. */
import { ApiProblem } from './api.ts';
import type { Attachment } from './wire.ts';

/** Sends the bytes; the answer is the stored attachment. */
export function upload(file: File, onProgress: (share: number) => void, signal: AbortSignal): Promise<Attachment> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1/attachments?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = (event) => { if (event.lengthComputable) onProgress(event.loaded / event.total); };
    request.onerror = () => reject(new ApiProblem('network', 0, 'The server cannot be reached'));
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status < 300) resolve(body);
      else reject(new ApiProblem(body.code ?? `http-${request.status}`, request.status, body.detail ?? request.statusText));
    };
    signal.addEventListener('abort', () => { request.abort(); reject(signal.reason); });
    request.send(file);
  });
}

function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Where the bytes of an attachment are. */
export const attachmentUrl = (id: string): string => `/api/v1/attachments/${id}`;
