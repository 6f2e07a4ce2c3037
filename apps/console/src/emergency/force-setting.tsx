import { Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import { ForceSheet } from '../lock/force-sheet.js';
import { type Patch, PatchEditor } from '../platform-settings/patch-editor.js';
import { usePlatformSettings } from '../platform-settings/use-platform-settings.js';
import { UndoLastChange } from '../rollback/undo-last-change.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';

const texts = {
  about:
    'Changes the setting even where the tenant has locked it or a file owns it. The tenant sees the reason.',
};

/** Forces settings on one tenant, with a reason. */
export function ForceSetting() {
  const settings = usePlatformSettings();
  const [tenantId, setTenantId] = useState('');
  const [patch, setPatch] = useState<Patch>({});
  const [isOpen, setOpen] = useState(false);
  const [undone, setUndone] = useState<string | null>(null);
  const refusal = usePlatformRefusal();
  const isComplete = tenantId.trim() !== '' && Object.keys(patch).length > 0;
  return (
    <Stack gap="sm">
      <Text size="sm">{texts.about}</Text>
      <TextInput
        label="Tenant"
        value={tenantId}
        onChange={(event) => setTenantId(event.currentTarget.value)}
        maw={320}
      />
      <PatchEditor settings={settings} patch={patch} onChange={setPatch} />
      <Group justify="flex-end">
        <ActButton
          color="red"
          reason={refusal ?? (isComplete ? null : 'Choose a tenant and a setting.')}
          onClick={() => setOpen(true)}
        >
          {`Force ${Object.keys(patch).join(', ') || 'a setting'}`}
        </ActButton>
      </Group>
      {isOpen && (
        <ForceSheet
          tenantId={tenantId.trim()}
          patch={patch}
          onDone={() => setPatch({})}
          onUndo={() => setUndone(tenantId.trim())}
          onClose={() => setOpen(false)}
        />
      )}
      {undone !== null && <UndoLastChange tenantId={undone} onClose={() => setUndone(null)} />}
    </Stack>
  );
}
