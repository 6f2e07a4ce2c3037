import { HttpConfig } from './http.config.js';
import { PublicAddress } from './public-address.js';

const request = { protocol: 'https', host: 'attune.example:8443' } as const;

function baseWith(variables: Record<string, string>): string {
  return new PublicAddress(new HttpConfig(variables)).baseFor(request);
}

describe('PublicAddress', () => {
  it('the base is the address of the request when PUBLIC_URL is not set', () => {
    expect(baseWith({})).toBe('https://attune.example:8443');
  });

  it('the base is PUBLIC_URL without the slash at its end when it is set', () => {
    expect(baseWith({ PUBLIC_URL: 'https://rag.example/attune/' })).toBe('https://rag.example/attune');
  });

  it.each(['rag.example', 'ftp://rag.example', 'https://rag.example/?a=1', 'https://rag.example/#a'])(
    'refuses the PUBLIC_URL %s',
    (url) => {
      expect(() => new HttpConfig({ PUBLIC_URL: url })).toThrow(/PUBLIC_URL/);
    },
  );
});
