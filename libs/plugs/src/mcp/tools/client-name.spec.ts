import { clientNameOf } from './client-name.js';

const nameOf = (info: unknown, userAgent?: string): string =>
  clientNameOf({ mcpReq: { envelope: { 'io.modelcontextprotocol/clientInfo': info } } } as never, userAgent);

describe('clientNameOf', () => {
  it('returns the name and the version that the message says', () => {
    expect(nameOf({ name: 'claude-code', version: '2.1.0' }, 'node')).toBe('claude-code 2.1.0');
  });

  it('returns the User-Agent where the message says nothing', () => {
    expect(nameOf(undefined, 'Cursor/1.9 (linux)')).toBe('Cursor/1.9 (linux)');
    expect(nameOf('claude', '')).toBe('unknown client');
  });

  it.each<[string, unknown, string]>([
    ['line breaks and control characters', { name: 'a\n\u001b[31mb\u0000', version: '1' }, 'a [31mb 1'],
    ['a long name', { name: '🦊'.repeat(500) }, '🦊'.repeat(60)],
    ['white space alone', { name: ' \t', version: ' ' }, 'unknown client'],
    [
      'a name that cannot become a text',
      { name: { toString: 1, valueOf: 1 }, version: [] },
      'unknown client',
    ],
    ['no version', { name: 'raw' }, 'raw'],
  ])('returns one short line for %s', (_what, info, expected) => {
    expect(nameOf(info)).toBe(expected);
  });
});
