import { Code, Group, Stack, Text, TextInput, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { call, toUrl } from '../api/client.js';
import { type Patch, PatchEditor } from '../platform-settings/patch-editor.js';
import { usePlatformSettings } from '../platform-settings/use-platform-settings.js';
import { UndoLastChange } from '../rollback/undo-last-change.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';

const path = '/v1/platform/tenants/{tenant_id}/config';
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
          onUndo={setUndone}
          onClose={() => setOpen(false)}
        />
      )}
      {undone !== null && <UndoLastChange tenantId={undone} onClose={() => setUndone(null)} />}
    </Stack>
  );
}

interface ForceSheetProps {
  readonly tenantId: string;
  readonly patch: Patch;
  readonly onDone: () => void;
  readonly onUndo: (tenantId: string) => void;
  readonly onClose: () => void;
}

function ForceSheet({ tenantId, patch, onDone, onUndo, onClose }: ForceSheetProps) {
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const params = { tenant_id: tenantId };
  const body = { ...patch, reason: reason.trim(), force: true };
  const force = async (request: HttpRequest): Promise<void> => {
    const { data } = await call('patch', path, { params, body: body as never });
    await Promise.all([
      client.invalidateQueries({ queryKey: ['tenant', tenantId] }),
      client.invalidateQueries({ queryKey: ['/v1/platform/audit'] }),
    ]);
    const isDone = 'version' in data;
    notifyDone({
      message: isDone ? `${tenantId} has it now, version ${data.version}.` : 'The change waits for approval.',
      request,
      ...(isDone && { onUndo: () => onUndo(tenantId) }),
    });
    onDone();
  };
  return (
    <ReviewSheet
      title={`Force ${Object.keys(patch).join(', ')} on ${tenantId}`}
      action={`Force it on ${tenantId}`}
      isDangerous
      isReady={reason.trim() !== ''}
      request={{ method: 'PATCH', url: toUrl(path, params), body }}
      onConfirm={force}
      onClose={onClose}
    >
      <Code block tabIndex={0}>
        {JSON.stringify(patch, null, 2)}
      </Code>
      <Textarea
        label="Reason"
        description="The tenant sees it in its history."
        value={reason}
        required
        maxLength={500}
        data-autofocus
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ReviewSheet>
  );
}
