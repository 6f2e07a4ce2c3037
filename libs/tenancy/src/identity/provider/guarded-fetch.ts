import { type Egress, findEgressError } from '#egress';
import type { CustomFetch } from 'openid-client';

const maxBytes = 1_048_576;
const headerNames = ['content-type', 'date', 'www-authenticate'];
const withoutBody = [204, 205, 304];

/** The identity provider gave no answer, or none that it means: it is away, overloaded, or EGRESS_ALLOW does not allow it. */
export class ProviderUnreachableError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ProviderUnreachableError';
  }
}

/** The refusal among an error and its causes; null if there is none. */
export function findUnreachableError(error: unknown): ProviderUnreachableError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof ProviderUnreachableError) return cause;
  return null;
}

/** `fetch` for openid-client: it reaches only what the operator allows, and reads at most a mebibyte. */
export function guardedFetch(egress: Egress): CustomFetch {
  return async (url, { method, headers, body, signal }) => {
    const request = {
      method: method === 'POST' ? 'POST' : 'GET',
      headers,
      ...(body === undefined || body === null ? {} : { body: textOf(body) }),
      ...(signal === undefined ? {} : { signal }),
    } as const;
    const response = await send(egress, url, request);
    if (response.status >= 500 || response.status === 429)
      throw new ProviderUnreachableError(`The identity provider answered with the status ${response.status}`);
    return response;
  };
}

async function send(egress: Egress, url: string, request: Parameters<Egress['fetch']>[1]): Promise<Response> {
  try {
    const { status, headers, body } = await egress.fetch(url, request);
    const names = headerNames.flatMap((name): [string, string][] => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    const content = await readBytes(body);
    return new Response(withoutBody.includes(status) ? null : content, { status, headers: names });
  } catch (error) {
    const reason = findEgressError(error)?.message ?? 'the identity provider does not answer';
    throw new ProviderUnreachableError(`${new URL(url).origin}: ${reason}`, error);
  }
}

/** openid-client sends forms only. */
function textOf(body: unknown): string {
  if (typeof body === 'string' || body instanceof URLSearchParams) return body.toString();
  throw new TypeError('Only texts and forms are sent to an identity provider.');
}

async function readBytes(body: AsyncIterable<Uint8Array> | null): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    length += part.byteLength;
    if (length > maxBytes) throw new Error(`The answer is longer than ${maxBytes} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
