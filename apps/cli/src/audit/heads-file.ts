import { type KeyObject, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ChainHead } from '#config';
import { type Clock, canonicalJson, isPlainObject } from '#kernel';
import { usageError } from '../terminal/output.js';

const format = 'attune-heads-1';
const hashPattern = /^[0-9a-f]{64}$/;

/** The signature covers the canonical JSON of these members. */
interface SignedContent {
  readonly format: typeof format;
  readonly made_at: string;
  readonly heads: readonly ChainHead[];
}

/**
 * Returns the text of a heads file. `privateKey` is an Ed25519 key in PEM, or null for a file without a signature.
 *
 * @throws CommanderError for a key of another kind.
 */
export function formatHeadsFile(
  heads: readonly ChainHead[],
  clock: Clock,
  privateKey: string | null,
): string {
  const content: SignedContent = { format, made_at: new Date(clock.now()).toISOString(), heads };
  const key = privateKey === null ? null : parseKey(privateKey, createPrivateKey, 'private');
  const signature = key && sign(null, signedBytes(content), key).toString('base64');
  return JSON.stringify({ ...content, signature }, null, 2);
}

/**
 * Returns the heads of a file after its signature was verified. An unsigned file is accepted only without a key.
 *
 * @throws CommanderError when the file is not a heads file, or when only one of key and signature is present.
 * @throws Error when the signature does not match.
 */
export function readHeadsFile(path: string, publicKey: string | null): readonly ChainHead[] {
  const { signature, ...content } = parseHeadsFile(readText(path), path);
  if (signature === null && publicKey === null) return content.heads;
  if (publicKey === null)
    throw usageError(`${path} is signed: give --public-key, so that the signature is checked.`);
  if (signature === null) throw usageError(`${path} is not signed, and --public-key asks for a signature.`);
  const key = parseKey(publicKey, createPublicKey, 'public');
  if (verify(null, signedBytes(content), key, Buffer.from(signature, 'base64'))) return content.heads;
  throw new Error(`${path}: the signature is not that of this key over these heads.`);
}

/** @throws CommanderError when the file cannot be read. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw usageError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

function signedBytes({ format: form, made_at, heads }: SignedContent): Buffer {
  return Buffer.from(canonicalJson({ format: form, made_at, heads }));
}

function parseKey(pem: string, create: (pem: string) => KeyObject, kind: string): KeyObject {
  const key = tryOrNull(() => create(pem));
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw usageError(`The ${kind} key must be an Ed25519 key in PEM: openssl genpkey -algorithm ed25519.`);
}

function parseHeadsFile(text: string, path: string): SignedContent & { signature: string | null } {
  const value = tryOrNull(() => JSON.parse(text) as unknown);
  if (isHeadsFile(value)) return value;
  throw usageError(`${path} is not what \`attune audit heads\` prints.`);
}

function isHeadsFile(value: unknown): value is SignedContent & { signature: string | null } {
  if (!isPlainObject(value) || value['format'] !== format || typeof value['made_at'] !== 'string')
    return false;
  const { heads, signature } = value;
  const isSignature = signature === null || typeof signature === 'string';
  return isSignature && Array.isArray(heads) && heads.every(isHead);
}

function isHead(value: unknown): value is ChainHead {
  if (!isPlainObject(value)) return false;
  const { tenant_id: tenant, version, hash } = value;
  return typeof tenant === 'string' && Number.isSafeInteger(version) && hashPattern.test(String(hash));
}

function tryOrNull<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
