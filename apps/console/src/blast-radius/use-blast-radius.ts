import type { HttpRequest } from '../act/curl.js';
import { send } from '../api/client.js';
import type { Schema } from '../api/operations.js';
import { type AskPreview, previewPageSize, usePreview } from '../lists/use-preview.js';

type Radius = Schema<'BlastRadiusResponse'>;

const ask: AskPreview<HttpRequest, Radius> = async ({ method, url, body }, { cursor, signal }) => {
  const page = new URLSearchParams({ preview: 'true', page: cursor, limit: String(previewPageSize) });
  return (await send(method, `${url}?${page.toString()}`, { body, signal })).data as Radius;
};

/** The tenants that a change of the platform would reach, asked while it is edited. `request` is the change itself; null asks nothing. */
export function useBlastRadius(request: HttpRequest | null) {
  return usePreview('blast radius', request, ask);
}
