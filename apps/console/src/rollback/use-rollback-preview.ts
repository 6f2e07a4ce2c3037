import { useQuery } from '@tanstack/react-query';
import type { FieldError } from '../api/problem.js';
import type { Schema } from '../api/operations.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { readConfiguration } from '../settings/use-configuration.js';
import type { RollbackVersions } from '../undo/roll-back.js';

/** Which version to restore. */
export type RollbackTarget = { readonly steps: number } | { readonly version: number };

/** What a rollback would do, and to which versions it refers. */
export interface RollbackPreview extends RollbackVersions {
  readonly valid: boolean;
  readonly errors: readonly FieldError[];
  readonly kept: readonly string[];
  readonly changes: readonly Schema<'FieldChangeResponse'>[];
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
