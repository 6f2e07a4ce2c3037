import { type KeyObject, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChainHead } from '#config';
import { formatHeadsFile, readHeadsFile } from './heads-file.js';

/** Both keys of a pair as PEM. */
function toPem({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }): {
  privateKey: string;
  publicKey: string;
} {
  return {
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    publicKey: String(publicKey.export({ type: 'spki', format: 'pem' })),
  };
}

const clock = { now: () => Date.parse('2026-11-23T12:00:00Z') };
const heads: ChainHead[] = [
  { tenant_id: 'acme', version: 7, hash: 'a'.repeat(64) },
  { tenant_id: 'beta', version: 2, hash: 'b'.repeat(64) },
];

describe('heads file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'attune-heads-'));
  const keys = toPem(generateKeyPairSync('ed25519'));
  const others = toPem(generateKeyPairSync('ed25519'));
  const rsa = toPem(generateKeyPairSync('rsa', { modulusLength: 2048 }));

  beforeAll(() => jest.spyOn(process.stderr, 'write').mockReturnValue(true));
  afterAll(() => {
    jest.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  function written(text: string): string {
    const path = join(folder, 'heads.json');
    writeFileSync(path, text);
    return path;
  }

  it('reading returns what was written, signed or not', () => {
    expect(readHeadsFile(written(formatHeadsFile(heads, clock, null)), null)).toEqual(heads);
    expect(readHeadsFile(written(formatHeadsFile(heads, clock, keys.privateKey)), keys.publicKey)).toEqual(
      heads,
    );
  });

  it('reading accepts a valid file in any layout', () => {
    const text = JSON.stringify(JSON.parse(formatHeadsFile(heads, clock, keys.privateKey)));
    expect(readHeadsFile(written(text), keys.publicKey)).toEqual(heads);
  });

  it.each([
    ['version', '"version": 7', '"version": 8'],
    ['time', '2026-11-23', '2026-11-24'],
    ['hash', 'a'.repeat(64), 'c'.repeat(64)],
  ])('reading refuses a file whose %s differs from the signed one', (_what, from, to) => {
    const path = written(formatHeadsFile(heads, clock, keys.privateKey).replace(from, to));
    expect(() => readHeadsFile(path, keys.publicKey)).toThrow('the signature is not that of this key');
  });

  it('reading refuses another key, a signed file without a key, and an unsigned file with one', () => {
    const signed = formatHeadsFile(heads, clock, keys.privateKey);
    expect(() => readHeadsFile(written(signed), others.publicKey)).toThrow(
      'the signature is not that of this key',
    );
    expect(() => readHeadsFile(written(signed), null)).toThrow('give --public-key');
    expect(() => readHeadsFile(written(formatHeadsFile(heads, clock, null)), keys.publicKey)).toThrow(
      'is not signed',
    );
  });

  it('signing accepts only Ed25519 keys', () => {
    for (const key of [rsa.privateKey, keys.publicKey, 'no key'])
      expect(() => formatHeadsFile(heads, clock, key)).toThrow('must be an Ed25519 key');
    const path = written(formatHeadsFile(heads, clock, keys.privateKey));
    expect(() => readHeadsFile(path, rsa.publicKey)).toThrow('must be an Ed25519 key');
  });

  it.each([
    '',
    '[]',
    '{}',
    'null',
    '{"format":"attune-heads-1","made_at":"x","heads":[{}],"signature":null}',
  ])('reading refuses the text %j', (text) =>
    expect(() => readHeadsFile(written(text), null)).toThrow('is not what `attune audit heads` prints'),
  );

  it('reading refuses a path where there is no file', () => {
    expect(() => readHeadsFile(join(folder, 'none.json'), null)).toThrow('cannot be read');
  });
});
