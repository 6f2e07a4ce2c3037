import { type KeyObject, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ChainHead } from '#config';
import { type Clock, canonicalJson, isPlainObject } from '#kernel';
import { misuse } from './misuse.js';

const format = 'attune-heads-1';
const hashForm = /^[0-9a-f]{64}$/;

/** What is signed is the canonical JSON of everything but the signature. */
interface Content {
  readonly format: typeof format;
  readonly made_at: string;
  readonly heads: readonly ChainHead[];
}

/**
 * The text of a file of heads; `privateKey` is the PEM of an Ed25519 key, or null for a file without a signature.
 *
 * @throws CommanderError for a key of another kind.
 */
export function headsFile(heads: readonly ChainHead[], clock: Clock, privateKey: string | null): string {
  const content: Content = { format, made_at: new Date(clock.now()).toISOString(), heads };
  const key = privateKey === null ? null : keyFrom(privateKey, createPrivateKey, 'private');
  const signature = key && sign(null, signed(content), key).toString('base64');
  return JSON.stringify({ ...content, signature }, null, 2);
}

/**
 * The heads in a file, once its signature is known to be good. Only a file that has none is read without a key.
 *
 * @throws CommanderError when the file is no such file, and when key and signature do not belong together.
 */
export function headsIn(path: string, publicKey: string | null): readonly ChainHead[] {
  const { signature, ...content } = parsed(readText(path), path);
  if (signature === null && publicKey === null) return content.heads;
  if (publicKey === null)
    throw misuse(`${path} is signed: give --public-key, so that the signature is checked.`);
  if (signature === null) throw misuse(`${path} is not signed, and --public-key asks for a signature.`);
  const key = keyFrom(publicKey, createPublicKey, 'public');
  if (verify(null, signed(content), key, Buffer.from(signature, 'base64'))) return content.heads;
  throw new Error(`${path}: the signature is not that of this key over these heads.`);
}

/** @throws CommanderError when it cannot be read. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw misuse(`${path} cannot be read: ${(error as Error).message}`);
  }
}

function signed({ format: form, made_at, heads }: Content): Buffer {
  return Buffer.from(canonicalJson({ format: form, made_at, heads }));
}

function keyFrom(pem: string, create: (pem: string) => KeyObject, kind: string): KeyObject {
  const key = attempted(() => create(pem));
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw misuse(`The ${kind} key must be an Ed25519 key in PEM: openssl genpkey -algorithm ed25519.`);
}

function parsed(text: string, path: string): Content & { signature: string | null } {
  const value = attempted(() => JSON.parse(text) as unknown);
  if (isHeadsFile(value)) return value;
  throw misuse(`${path} is not what \`attune audit heads\` prints.`);
}

function isHeadsFile(value: unknown): value is Content & { signature: string | null } {
  if (!isPlainObject(value) || value['format'] !== format || typeof value['made_at'] !== 'string')
    return false;
  const { heads, signature } = value;
  const isSignature = signature === null || typeof signature === 'string';
  return isSignature && Array.isArray(heads) && heads.every(isHead);
}

function isHead(value: unknown): value is ChainHead {
  if (!isPlainObject(value)) return false;
  const { tenant_id: tenant, version, hash } = value;
  return typeof tenant === 'string' && Number.isSafeInteger(version) && hashForm.test(String(hash));
}

function attempted<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
