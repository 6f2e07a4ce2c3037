import { Webhook } from 'standardwebhooks';
import { formatSecret, generateSecret, signMessage, withoutSecrets } from './signature.js';

describe('signMessage', () => {
  const timestamp = Math.floor(Date.now() / 1_000);
  const message = { id: '2f1c2a9b7d3e5f60', timestamp, body: '{"type":"config.updated"}' };

  function verifyWith(secret: string, signature: string): unknown {
    const headers = { 'webhook-id': message.id, 'webhook-timestamp': String(timestamp) };
    return new Webhook(secret).verify(message.body, { ...headers, 'webhook-signature': signature });
  }

  it('signs as the library of Standard Webhooks does', () => {
    const secret = generateSecret();
    const expected = new Webhook(formatSecret(secret)).sign(
      message.id,
      new Date(timestamp * 1_000),
      message.body,
    );
    expect(secret).toHaveLength(32);
    expect(signMessage(message, [secret])).toBe(expected);
  });

  it('lets a receiver verify with either secret of a rotation, and with no other', () => {
    const [current, previous, other] = [generateSecret(), generateSecret(), generateSecret()];
    const signature = signMessage(message, [current, previous]);
    for (const secret of [current, previous])
      expect(verifyWith(formatSecret(secret), signature)).toEqual({ type: 'config.updated' });
    expect(() => verifyWith(formatSecret(other), signature)).toThrow('No matching signature');
  });
});

describe('withoutSecrets', () => {
  it('removes what looks like a secret, anywhere in the text', () => {
    const text = `got ${formatSecret(generateSecret())} and "whsk_abc/+="`;
    expect(withoutSecrets(text)).toBe('got whsec_… and "whsec_…"');
  });
});
