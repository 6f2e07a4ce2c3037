import { type KeyObject, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CompactSign } from 'jose';

/** One case of this folder. The README of the folder above says what its members mean. */
export interface IdentityCase {
  readonly case: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Signs with this secret; without it, with the keys that the provider publishes. */
  readonly secret?: string;
  readonly keys?: readonly KeyDescription[];
  readonly token: TokenDescription;
  readonly expect: {
    readonly accepted?: Readonly<Record<string, unknown>>;
    readonly refused?: string;
    readonly detail?: string;
  };
}

interface KeyDescription {
  readonly alg?: string;
  readonly kid?: string;
  readonly modulusLength?: number;
  /** Members of the published key; null leaves one out. */
  readonly published?: Readonly<Record<string, string | null>>;
  /** Published as it is, in place of a key. */
  readonly raw?: unknown;
}

interface TokenDescription {
  readonly alg?: string;
  readonly kid?: string | null;
  /** Which of the keys signs. */
  readonly key?: number;
  /** True: the signing key is not published. */
  readonly stranger?: boolean;
  readonly header?: Readonly<Record<string, unknown>>;
  /** In addition to the usual claims; null leaves one out, and `now+2` is a time in seconds. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** JSON members as text, for what no JSON writer would write; %FF is that byte. */
  readonly claims_text?: string;
  readonly mangle?: 'last-character' | 'padding';
}

interface SigningKey {
  readonly alg: string;
  readonly kid: string | undefined;
  readonly privateKey: KeyObject;
  readonly published: unknown;
}

const curves: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };
interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const pairs = new Map<string, KeyPair>();
const defaultKeys: readonly KeyDescription[] = [{ alg: 'RS256', kid: 'one' }];

/** The token of the case, and what its provider publishes. */
export async function issueToken({
  keys: descriptions = defaultKeys,
  secret,
  token,
}: IdentityCase): Promise<{ token: string; published: unknown[] }> {
  const keys = descriptions.map((description, index) => createKey(description, index));
  const signer = token.stranger === true ? createKey({ alg: 'RS256' }, -1) : keys[token.key ?? 0]!;
  const key = secret === undefined ? signer.privateKey : new TextEncoder().encode(secret);
  const header = toHeader(token, { alg: secret === undefined ? signer.alg : 'HS256', kid: keys[0]?.kid });
  const text = await signText(header, toPayload(token), key);
  return { token: mangle(text, token), published: keys.map(({ published }) => published) };
}

function toHeader(
  { alg, kid, header }: TokenDescription,
  usual: { alg: string; kid: string | undefined },
): { alg: string } {
  const usedKid = kid === undefined ? (usual.kid ?? null) : kid;
  return { alg: alg ?? usual.alg, ...(usedKid !== null && { kid: usedKid }), ...header };
}

/** Serves these keys, or what they are set to later. */
export async function serveKeys(published: readonly unknown[]): Promise<KeyServer> {
  const server: KeyServer = {
    url: '',
    keys: published,
    prefix: '',
    status: 200,
    requests: 0,
    hangs: false,
    close: () => {
      http.close();
      http.closeAllConnections();
    },
  };
  const http = createServer((_request, response) => {
    server.requests += 1;
    if (server.hangs) return;
    response.writeHead(server.status, { 'content-type': 'application/json' });
    response.end(server.prefix + JSON.stringify({ keys: server.keys }));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  server.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/jwks`;
  return server;
}

export interface KeyServer {
  url: string;
  keys: readonly unknown[];
  /** Sent before the JSON. */
  prefix: string;
  status: number;
  requests: number;
  /** Takes requests and answers none. */
  hangs: boolean;
  close(): void;
}

/** Keys of one kind with different indices are different keys. */
export function createKey(
  { alg = 'RS256', kid, modulusLength = 2048, published = {}, raw }: KeyDescription,
  index: number,
): SigningKey {
  const { publicKey, privateKey } = keyPair(alg, modulusLength, index);
  const members = {
    ...publicKey.export({ format: 'jwk' }),
    alg,
    ...(kid !== undefined && { kid }),
    ...published,
  };
  const jwk = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
  return { alg, kid, privateKey, published: raw === undefined ? jwk : raw };
}

/** RSA keys take a second to make, so each is made once. */
function keyPair(alg: string, modulusLength: number, index: number): KeyPair {
  const kind = curves[alg] ?? (alg.startsWith('Ed') ? 'ed25519' : `rsa ${modulusLength}`);
  const id = `${kind} ${index}`;
  const pair = pairs.get(id) ?? generatePair(kind, modulusLength);
  pairs.set(id, pair);
  return pair;
}

function generatePair(kind: string, modulusLength: number): KeyPair {
  if (kind.startsWith('P-')) return generateKeyPairSync('ec', { namedCurve: kind });
  return kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('rsa', { modulusLength });
}

function toPayload({ claims = {}, claims_text: text }: TokenDescription): Buffer {
  const usual = { sub: 'ada', role: 'member', tenant_id: 'acme', exp: 'now+600' };
  const members = Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== null);
  const json = JSON.stringify(Object.fromEntries(members.map(([name, value]) => [name, toTime(value)])));
  const whole = text === undefined ? json : `${json.slice(0, -1)},${text}}`;
  const [before = '', after] = whole.split('%FF');
  const bytes = [
    Buffer.from(before),
    ...(after === undefined ? [] : [Buffer.from([0xff]), Buffer.from(after)]),
  ];
  return Buffer.concat(bytes);
}

function toTime(value: unknown): unknown {
  const match = typeof value === 'string' ? /^now([+-]\d+)$/.exec(value) : null;
  return match ? Math.floor(Date.now() / 1000) + Number(match[1]) : value;
}

/** Where jose refuses to sign, the token has some other signature: it must be refused before the signature is checked. */
async function signText(
  header: { readonly alg: string },
  payload: Buffer,
  key: KeyObject | Uint8Array,
): Promise<string> {
  try {
    return await new CompactSign(payload).setProtectedHeader(header).sign(key);
  } catch {
    const input = [JSON.stringify(header), payload]
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.');
    const signature =
      key instanceof Uint8Array ? Buffer.from('signature') : sign('sha256', Buffer.from(input), key);
    return `${input}.${header.alg === 'none' ? '' : signature.toString('base64url')}`;
  }
}

/** Of 256 bytes of signature, the last character of base64url carries two bits; the other four are ignored. */
function mangle(token: string, { mangle: how }: TokenDescription): string {
  if (how === undefined) return token;
  if (how === 'padding') return `${token}==`;
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1)!) + 1]!;
}
