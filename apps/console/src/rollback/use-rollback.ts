import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import type { FieldError } from '../api/problem.js';
import type { Schema } from '../api/operations.js';
import { type TenantScope, useTenantScope } from '../scope/tenant-scope.js';
import { readConfiguration, rememberVersion } from '../settings/use-configuration.js';
import { useUndo } from '../undo/use-undo.js';
import { texts } from './rollback.texts.js';

/** Which version to restore. */
export type RollbackTarget = { readonly steps: number } | { readonly version: number };

/** What a rollback would do, and to which versions it refers. */
export interface RollbackPreview {
  readonly current: number;
  readonly target: number;
  readonly valid: boolean;
  readonly errors: readonly FieldError[];
  readonly kept: readonly string[];
  readonly changes: readonly Schema<'FieldChangeResponse'>[];
}

export interface RollbackOptions {
  readonly reason: string;
  readonly force: boolean;
}

/** A preview with force needs a reason, too; it is written nowhere. */
const previewReason = 'preview';

/** Tries the rollback without saving. It is tried again when the current version changes. */
export function useRollbackPreview(
  target: RollbackTarget,
  { force, isEnabled = true }: { force: boolean; isEnabled?: boolean },
) {
  const scope = useTenantScope();
  return useQuery({
    queryKey: [...scope.key, 'config', 'rollback', target, force],
    queryFn: async (): Promise<RollbackPreview> => {
      const { version: current } = await readConfiguration(scope);
      const wanted = 'version' in target ? target.version : current - target.steps;
      if (wanted < 1) return { current, target: 0, valid: true, errors: [], kept: [], changes: [] };
      const body = {
        to_version: wanted,
        dry_run: true,
        ...(force && { force, reason: previewReason }),
      };
      const { data } = await scope.call('post', '/v1/config/rollback', {
        body,
        headers: { 'If-Match': `"${current}"` },
      });
      const { valid, errors, kept, changes } = data as unknown as Omit<RollbackPreview, 'current' | 'target'>;
      return { current, target: wanted, valid, errors, kept, changes };
    },
    enabled: isEnabled,
    gcTime: 0,
    staleTime: 0,
    retry: false,
  });
}

/** The request of a rollback. It is refused if another version is there by then. */
export function rollbackRequest(
  scope: TenantScope,
  { current, target }: Pick<RollbackPreview, 'current' | 'target'>,
  { reason, force }: RollbackOptions,
): HttpRequest & { body: object } {
  return {
    method: 'POST',
    url: scope.urlOf('/v1/config/rollback'),
    headers: { 'If-Match': `"${current}"` },
    body: {
      to_version: target,
      ...(reason.trim() !== '' && { reason: reason.trim() }),
      ...(force && { force }),
    },
  };
}

/** Restores the version, and tells what came of it. The restored version can be undone as every other one. */
export function useRollBack(): (preview: RollbackPreview, options: RollbackOptions) => Promise<void> {
  const scope = useTenantScope();
  const client = useQueryClient();
  const navigate = useNavigate();
  const undo = useUndo();
  return async (preview, options) => {
    const { body, headers } = rollbackRequest(scope, preview, options);
    const { data } = await scope.call('post', '/v1/config/rollback', { body, headers } as never);
    const answer = data as unknown as Schema<'RolledBackResponse'> | Schema<'ChangeRequestResponse'>;
    if ('version' in answer) rememberVersion(scope, answer.version);
    void client.invalidateQueries({ queryKey: scope.key });
    void client.invalidateQueries({ queryKey: ['session'] });
    if ('version' in answer)
      notifyDone({ message: texts.done(preview.target, answer.version), onUndo: undo });
    else
      notifyDone({
        message: texts.requested,
        link: {
          label: texts.toRequest,
          onOpen: () => void navigate(`/tenants/${scope.tenantId}/requests?request=${answer.id}`),
        },
      });
  };
}
