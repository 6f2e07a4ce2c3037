import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import { UndoLastChange } from '../rollback/undo-last-change.js';
import type { Patch } from '../platform-settings/patch-editor.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { AskToUnlockDialog } from './ask-to-unlock.js';
import { ForceSheet } from './force-sheet.js';
import { texts } from './lock.texts.js';

interface LockedTenantActsProps {
  readonly tenantId: string;
  /** What the tenant would get by force; absent where nothing can be forced. */
  readonly changes?: Patch;
}

/** What a platform admin can do about a tenant that was left out because it is locked: ask first, force second. */
export function LockedTenantActs({ tenantId, changes }: LockedTenantActsProps) {
  const [open, setOpen] = useState<'ask' | 'force' | 'undo' | null>(null);
  const refusal = usePlatformRefusal();
  const close = (): void => setOpen(null);
  return (
    <Group gap="xs">
      <Button size="xs" variant="default" aria-label={texts.askOne(tenantId)} onClick={() => setOpen('ask')}>
        {texts.ask}
      </Button>
      {changes && (
        <ActButton
          size="xs"
          color="red"
          variant="light"
          reason={refusal}
          aria-label={texts.forceOne(tenantId)}
          onClick={() => setOpen('force')}
        >
          {texts.force}
        </ActButton>
      )}
      {open === 'ask' && <AskToUnlockDialog tenantId={tenantId} onClose={close} />}
      {open === 'force' && changes && (
        <ForceSheet tenantId={tenantId} patch={changes} onUndo={() => setOpen('undo')} onClose={close} />
      )}
      {open === 'undo' && <UndoLastChange tenantId={tenantId} onClose={close} />}
    </Group>
  );
}
