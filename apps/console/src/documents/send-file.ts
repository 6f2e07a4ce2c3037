import { texts as apiTexts } from '../api/api.texts.js';
import { publicPath } from '../public-path.js';
import { ApiError, toProblem } from '../api/problem.js';
import type { Schema } from '../api/operations.js';
import type { UploadResult } from './upload-queue.js';
import { documentTexts } from './documents.texts.js';

type Added = Schema<'AddedDocumentResponse'>;

/** Uploads a file as a document. Not by `fetch`, which does not tell how much has been sent. */
export function sendFile(url: string, file: File, onSent: (part: number) => void): Promise<UploadResult> {
  const form = new FormData();
  form.append('file', file);
  const request = new XMLHttpRequest();
  request.open('POST', `${publicPath}${url}`);
  request.setRequestHeader('accept', 'application/json');
  request.setRequestHeader('attune-console', '1');
  request.upload.addEventListener('progress', ({ loaded, total }) =>
    onSent(total === 0 ? 0 : Math.min(loaded / total, 0.99)),
  );
  request.upload.addEventListener('load', () => onSent(1));
  return new Promise((resolve, reject) => {
    request.addEventListener('load', () => {
      try {
        resolve(toResult(request));
      } catch (error) {
        reject(error);
      }
    });
    request.addEventListener('error', () => reject(unreachable));
    request.send(form);
  });
}

const unreachable = new ApiError({
  slug: 'unreachable',
  title: apiTexts.unreachable,
  status: 0,
  detail: documentTexts.connectionEnded,
});

function toResult(request: XMLHttpRequest): UploadResult {
  const body: unknown = parse(request.responseText);
  if (request.status >= 300) throw new ApiError(toProblem(toResponse(request), body));
  const { chunks, unchanged, warnings } = body as Added;
  const changed = request.status === 201 ? 'added' : 'replaced';
  return { state: unchanged ? 'unchanged' : changed, chunks, warnings };
}

function toResponse(request: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const name of ['retry-after', 'x-request-id']) {
    const value = request.getResponseHeader(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(null, { status: request.status, statusText: request.statusText, headers });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
