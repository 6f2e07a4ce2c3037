import type { ApiClient } from '#testing';
import type { AuditedOperation } from './operation-runner.js';

/** The acts on identity connections. */
export function identityOperations(by: ApiClient): AuditedOperation[] {
  const one = '/v1/platform/identity/connections/{id}';
  const connection = {
    label: 'Ours',
    issuer: 'https://login.example',
    client_id: 'attune',
    client_secret: 'hush',
  };
  const items = [{ value: 'staff', role: 'member', tenant_id: 'acme' }];
  const put = (body: object, action: string) => ({
    operation: `put ${one}`,
    expectedActions: [action],
    client: by,
    body,
  });
  return [
    put(connection, 'identity_connection.create'),
    put({ ...connection, label: 'Theirs' }, 'identity_connection.update'),
    {
      operation: `put ${one}/mappings`,
      expectedActions: ['identity_mapping.create'],
      client: by,
      body: { items },
    },
    {
      operation: `delete ${one}`,
      expectedActions: ['identity_connection.delete', 'identity_mapping.delete'],
      client: by,
    },
  ];
}
