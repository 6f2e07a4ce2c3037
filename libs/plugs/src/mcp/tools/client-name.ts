import { CLIENT_INFO_META_KEY, type ServerContext } from '@modelcontextprotocol/server';
import { isPlainObject } from '#kernel';

const maxLength = 60;

/**
 * The name and the version of the client: what the message says (since 2026-07-28), else the `User-Agent`, since without sessions a message
 * of 2025 says nothing. It is what the client claims, so it is for people to read and decides nothing.
 */
export function clientNameOf({ mcpReq }: Pick<ServerContext, 'mcpReq'>, userAgent = ''): string {
  const envelope: Record<string, unknown> = mcpReq.envelope ?? {};
  const info = envelope[CLIENT_INFO_META_KEY];
  const claimed = isPlainObject(info) ? `${textOf(info['name'])} ${textOf(info['version'])}` : userAgent;
  return clean(claimed) || 'unknown client';
}

/** The protocol of 2025 checks nothing here, so it may be any JSON value. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** One line of visible characters. */
function clean(text: string): string {
  const visible = text
    .slice(0, 1000)
    .replaceAll(/[^\p{L}\p{N}\p{P}\p{S}]+/gu, ' ')
    .trim();
  return [...visible].slice(0, maxLength).join('');
}
