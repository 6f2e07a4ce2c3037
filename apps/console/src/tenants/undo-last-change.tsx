import { Alert, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { notifyDone } from '../act/notify.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { send, toUrl } from '../api/client.js';
import { FieldChanges } from '../lists/field-changes.js';
import { isPlatformSession, useSession } from '../session/session-context.js';
import { Loaded } from '../states/states.js';
import { tenantsKey } from './use-tenants.js';

/** Undoes a tenant's newest change, after showing what that would do. */
export function UndoLastChange({
  tenantId,
  version,
  onClose,
}: {
  tenantId: string;
  version: number;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const url = useRollbackUrl(tenantId);
  const headers = { 'If-Match': `"${version}"` };
  const preview = useQuery({
    queryKey: ['tenant', tenantId, 'undo', version],
    queryFn: async () => (await send('post', url, { body: { steps: 1, dry_run: true } })).data,
    staleTime: 0,
    retry: false,
  });
  const undo = async (): Promise<void> => {
    await send('post', url, { headers, body: { steps: 1, reason: 'Undo of the last change' } });
    await Promise.all([
      client.invalidateQueries({ queryKey: tenantsKey }),
      client.invalidateQueries({ queryKey: ['tenant', tenantId] }),
    ]);
    notifyDone({ message: `${tenantId}: version ${version} is undone.` });
  };
  const dryRun = preview.data as DryRun | undefined;
  return (
    <ReviewSheet
      title={`Undo version ${version} of ${tenantId}`}
      action={`Undo version ${version}`}
      isDangerous
      isReady={dryRun?.valid === true}
      request={{ method: 'POST', url, headers, body: { steps: 1 } }}
      onConfirm={undo}
      onClose={onClose}
    >
      <Loaded query={preview}>{() => <Preview dryRun={dryRun!} />}</Loaded>
    </ReviewSheet>
  );
}

function useRollbackUrl(tenantId: string): string {
  const isPlatform = isPlatformSession(useSession());
  return isPlatform
    ? toUrl('/v1/platform/tenants/{id}/config/rollback', { id: tenantId })
    : '/v1/config/rollback';
}

interface DryRun {
  readonly valid: boolean;
  readonly errors: readonly { message: string }[];
  readonly kept: readonly string[];
  readonly changes: Parameters<typeof FieldChanges>[0]['changes'];
}

function Preview({ dryRun: { valid, errors, kept, changes } }: { dryRun: DryRun }) {
  return (
    <>
      {changes.length === 0 && valid && (
        <Text size="sm">The settings are the same. Nothing would change.</Text>
      )}
      <FieldChanges changes={changes} />
      {kept.length > 0 && <Text size="sm">These stay as they are: {kept.join(', ')}</Text>}
      {!valid && (
        <Alert color="yellow" title="The old settings break today's rules">
          {errors.map(({ message }) => (
            <Text key={message} size="sm">
              {message}
            </Text>
          ))}
        </Alert>
      )}
    </>
  );
}
