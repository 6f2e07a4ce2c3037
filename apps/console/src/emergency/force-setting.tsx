import { Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import { ForceSheet } from '../lock/force-sheet.js';
import { type Patch, PatchEditor } from '../platform-settings/patch-editor.js';
import { usePlatformSettings } from '../platform-settings/use-platform-settings.js';
import { UndoLastChange } from '../rollback/undo-last-change.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { words } from '../words/words.texts.js';
import { texts } from './emergency.texts.js';

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
      <Text size="sm">{texts.force.about}</Text>
      <TextInput
        label={words.tenant}
        value={tenantId}
        onChange={(event) => setTenantId(event.currentTarget.value)}
        maw={320}
      />
      <PatchEditor settings={settings} patch={patch} onChange={setPatch} />
      <Group justify="flex-end">
        <ActButton
          color="red"
          reason={refusal ?? (isComplete ? null : texts.force.choose)}
          onClick={() => setOpen(true)}
        >
          {texts.force.action(Object.keys(patch))}
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
