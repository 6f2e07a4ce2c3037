import { openJson, sealJson } from '../sealing/sealed-json.js';

const purpose = 'idempotent answer';

/** The response to the first request with a key. */
export interface StoredResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Encrypts a response with the secret, because it may contain a new API key, which is stored nowhere else. */
export function sealAnswer(answer: StoredResponse, secret: string): Buffer {
  return sealJson(answer, { secret, purpose });
}

/** Decrypts a response. @throws Error when the secret differs or the bytes were changed. */
export function openAnswer(sealed: Buffer, secret: string): StoredResponse {
  return openJson(sealed, { secret, purpose }) as StoredResponse;
}
