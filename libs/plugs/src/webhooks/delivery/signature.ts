import { createHmac, randomBytes } from 'node:crypto';

const secretPrefix = 'whsec_';

export function generateSecret(): Buffer {
  return randomBytes(32);
}

/** As Standard Webhooks writes a secret: `whsec_` and base64. */
export function formatSecret(secret: Buffer): string {
  return `${secretPrefix}${secret.toString('base64')}`;
}

/** What a signature covers, besides its own secret. */
export interface SignedMessage {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly body: string;
}

/** The header `webhook-signature`: one signature for each secret, so that a receiver may know either during a rotation. */
export function signMessage({ id, timestamp, body }: SignedMessage, secrets: readonly Buffer[]): string {
  const content = `${id}.${timestamp}.${body}`;
  return secrets
    .map((secret) => `v1,${createHmac('sha256', secret).update(content).digest('base64')}`)
    .join(' ');
}

/** The text without what looks like a secret: a receiver may send back what it knows. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(/whs(?:ec|k)_[A-Za-z0-9+/=_-]*/g, `${secretPrefix}…`);
}
