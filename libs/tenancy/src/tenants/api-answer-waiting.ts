import { ApiResponse } from '@nestjs/swagger';

const example = {
  id: '4f1c2a9b7d3e5f604f1c2a9b7d3e5f60',
  tenant_id: 'acme-law',
  state: 'pending',
  base_version: 7,
  patch: { approval_required: false },
  diff: [{ field: 'approval_required', from: true, to: false }],
  kind: 'tenant_update',
  reason: null,
  bulk_id: null,
  requested_by: 'key:4f1c2a9b7d3e5f60',
  requested_by_role: 'platform_admin',
  decided_by: null,
  comment: null,
  void_reason: null,
  applied_version: null,
  created_at: '2026-11-02T09:30:00.000Z',
  decided_at: null,
};

/** Declares the answer 202 of a change of a tenant that waits for approval. The schema is declared by `config`, which answers with it. */
export function ApiAnswerWaiting(): MethodDecorator {
  const content = { schema: { $ref: '#/components/schemas/ChangeRequestResponse' }, example };
  return ApiResponse({
    status: 202,
    description: 'The change waits for approval; `Location` is where its request can be read.',
    content: { 'application/json': content },
  });
}
