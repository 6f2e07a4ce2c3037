import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { UploadedFile, UploadedForm } from '#http';
import { canonicalJson } from '#kernel';
import { digestOf } from './request-digest.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('digestOf', () => {
  it('digestOf is the SHA-256 of the canonical JSON of any value', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ noUnicodeString: false }), async (value) => {
        expect(await digestOf(value)).toBe(sha256(canonicalJson(value)));
      }),
    );
  });

  it.each(['a', '\n', '漢', '💩', '\ud800', '\udc00', 'a💩'])(
    'digestOf is the SHA-256 of the canonical JSON of a million of %j',
    async (piece) => {
      const value = { title: 't', text: piece.repeat(1_000_000) };
      expect(await digestOf(value)).toBe(sha256(canonicalJson(value)));
    },
  );

  it('digestOf lets other work run while it reads a large value', async () => {
    let turns = 0;
    const counter = setInterval(() => (turns += 1), 0);
    await digestOf([{ text: 'x'.repeat(4_000_000) }, Buffer.alloc(4_000_000)]);
    clearInterval(counter);
    expect(turns).toBeGreaterThan(1);
  });

  it('digestOf distinguishes forms by the names, types, bytes and order of their files and by their fields', async () => {
    const file = (name: string, type: string, bytes: string): UploadedFile =>
      new UploadedFile(name, type, Buffer.from(bytes));
    const forms = [
      new UploadedForm([file('a', 't', 'x'), file('b', 't', 'y')], {}),
      new UploadedForm([file('b', 't', 'y'), file('a', 't', 'x')], {}),
      new UploadedForm([file('a', 't', 'x'), file('b', 'u', 'y')], {}),
      new UploadedForm([file('a', 't', 'xy'), file('b', 't', '')], {}),
      new UploadedForm([file('a', 't', 'x'), file('b', 't', 'z')], {}),
      new UploadedForm([file('a', 't', 'x'), file('b', 't', 'y')], { title: 'x' }),
    ];
    const digests = await Promise.all(forms.map(digestOf));
    expect(new Set(digests).size).toBe(forms.length);
    expect(await digestOf(new UploadedForm([file('a', 't', 'x'), file('b', 't', 'y')], {}))).toBe(digests[0]);
  });
});
