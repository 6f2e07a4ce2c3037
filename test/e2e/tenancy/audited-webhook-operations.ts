import type { ApiClient } from '#testing';
import type { AuditedOperation } from './operation-runner.js';

/** The acts on webhooks: of a tenant, or of the platform under its own path. */
export function webhookOperations(path: string, by: ApiClient): AuditedOperation[] {
  const body = { url: 'https://hooks.example/attune', events: ['key.created'] };
  const one = `${path}/{id}`;
  const act = (operation: string, action: string) => ({ operation, expectedActions: [action], client: by });
  return [
    { ...act(`post ${path}`, 'webhook.create'), body },
    { ...act(`patch ${one}`, 'webhook.update'), body: { events: ['key.revoked'] } },
    { ...act(`patch ${one}`, 'webhook.disable'), body: { state: 'disabled' } },
    act(`post ${one}/rotate-secret`, 'webhook.update'),
    act(`delete ${one}`, 'webhook.delete'),
  ];
}
