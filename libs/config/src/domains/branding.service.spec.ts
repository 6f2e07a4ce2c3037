import { parseHostName } from './branding.service.js';

describe('parseHostName', () => {
  it.each([
    ['ask.acme.example', 'ask.acme.example'],
    ['Ask.ACME.Example', 'ask.acme.example'],
    ['ask.acme.example.', 'ask.acme.example'],
    ['fragen.bücher.example', 'fragen.xn--bcher-kva.example'],
    ['FRAGEN.BÜCHER.example', 'fragen.xn--bcher-kva.example'],
    ['fragen.xn--bcher-kva.example', 'fragen.xn--bcher-kva.example'],
    ['例え。テスト', 'xn--r8jz45g.xn--zckzah'],
    ['localhost', 'localhost'],
  ])('reads %s as %s', (given, spelt) => {
    expect(parseHostName(given)).toBe(spelt);
  });

  it.each([
    'a b',
    'http://a.example',
    'a.example/path',
    'a.example:443',
    'a.example?b',
    'a%2eexample',
    ' a.example',
    'a@b.example',
    '.',
    '',
    'a\u0000b',
    'xn--\u00fc.example',
  ])('returns null for %j', (given) => {
    expect(parseHostName(given)).toBeNull();
  });
});
