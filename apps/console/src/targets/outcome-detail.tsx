import { Stack, Text } from '@mantine/core';
import { LockedTenantActs } from '../lock/locked-tenant-acts.js';
import type { Patch } from '../platform-settings/patch-editor.js';

interface OutcomeDetailProps {
  readonly tenantId: string;
  readonly outcome: string | null;
  readonly detail: string | null;
  /** What a locked tenant could get by force; absent where nothing can be forced. */
  readonly forceable?: Patch;
}

/** Why a tenant has its outcome; for a locked one, what can be done about it. */
export function OutcomeDetail({ tenantId, outcome, detail, forceable }: OutcomeDetailProps) {
  if (outcome !== 'skipped_locked') return detail;
  return (
    <Stack gap={4}>
      {detail !== null && <Text size="sm">{detail}</Text>}
      <LockedTenantActs tenantId={tenantId} {...(forceable && { changes: forceable })} />
    </Stack>
  );
}
