import { unlockMessage } from './unlock-message.js';

const question = { consoleUrl: 'https://attune.example/console', tenantId: 'acme-law' };

it('the message has the reason, and a link to the lock of the tenant', () => {
  const [first, link] = unlockMessage({ ...question, reason: ' GPT-4 is retired ' }).split('\n');
  expect(first).toBe('Please let the platform change the settings of acme-law: GPT-4 is retired');
  expect(link).toBe('https://attune.example/console/tenants/acme-law/configuration?setting=override_allowed');
});

it('the message without a reason is a whole sentence', () => {
  expect(unlockMessage({ ...question, reason: ' ' })).toContain('the settings of acme-law.\n');
});
