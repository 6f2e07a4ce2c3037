import { publicUrlOf } from '#http';
import type { FastifyRequest } from 'fastify';

const maxUrlLength = 2_000;

/** Where people can read a document: its `metadata.url` if that is a web address, else its own route. */
export function documentUrl(
  request: FastifyRequest,
  docId: string,
  { url }: Readonly<Record<string, unknown>>,
): string {
  return isWebAddress(url) ? url : `${publicUrlOf(request)}/v1/documents/${encodeURIComponent(docId)}`;
}

function isWebAddress(url: unknown): url is string {
  if (typeof url !== 'string' || url.length > maxUrlLength || !URL.canParse(url)) return false;
  return ['http:', 'https:'].includes(new URL(url).protocol);
}
