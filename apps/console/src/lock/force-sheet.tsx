import { Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { call, toUrl } from '../api/client.js';
import { applyPatch } from '../draft/patch.js';
import { ChangeList } from '../lists/change-list.js';
import { ValueList } from '../lists/value-list.js';
import type { Patch } from '../platform-settings/patch-editor.js';
import { toTenantFile } from '../review/tenant-file.js';
import { replicasReceipt } from '../replicas/propagation-receipt.js';
import { TenantScopeProvider } from '../scope/tenant-scope.js';
import type { Explained } from '../settings/explanation.js';
import { settingTitle } from '../settings/setting-properties.js';
import type { SettingSchema } from '../settings/setting-schema.js';
import { rememberVersion, useExplained, useSettings } from '../settings/use-configuration.js';
import { effectiveChanges } from './effective-changes.js';
import { texts } from './lock.texts.js';
import { words } from '../words/words.texts.js';

const path = '/v1/platform/tenants/{tenant_id}/config';

interface ReadTenant {
  readonly configuration: Explained;
  readonly settings: readonly SettingSchema[];
}

interface ForceSheetProps {
  readonly tenantId: string;
  readonly patch: Patch;
  /** False where nothing stands against the change, which then needs no force. */
  readonly isForced?: boolean;
  readonly onDone?: () => void;
  /** The person wants to take the change back. */
  readonly onUndo: () => void;
  readonly onClose: () => void;
}

/** Changes settings of one tenant, although it is locked unless told otherwise, with a reason that its history shows. */
export function ForceSheet(props: ForceSheetProps) {
  return (
    <TenantScopeProvider tenantId={props.tenantId}>
      <Sheet {...props} />
    </TenantScopeProvider>
  );
}

function Sheet({ tenantId, patch, isForced = true, onDone, onUndo, onClose }: ForceSheetProps) {
  const client = useQueryClient();
  const tenant = useReadTenant();
  const [reason, setReason] = useState('');
  const params = { tenant_id: tenantId };
  const body = { ...patch, reason: reason.trim(), ...(isForced && { force: true }) };
  const force = async (request: HttpRequest): Promise<void> => {
    const { data } = await call('patch', path, { params, body: body as never });
    if ('version' in data) rememberVersion({ tenantId }, data.version);
    await Promise.all([
      client.invalidateQueries({ queryKey: ['tenant', tenantId] }),
      client.invalidateQueries({ queryKey: ['/v1/platform/audit'] }),
    ]);
    notifyForced({ tenantId, data, request, onUndo });
    onDone?.();
  };
  const sheetTitle = isForced ? texts.forceSettings : texts.changeSettings;
  return (
    <ReviewSheet
      title={sheetTitle(Object.keys(patch).map(settingTitle), tenantId)}
      action={isForced ? texts.forceOn(tenantId) : texts.changeOn(tenantId)}
      isDangerous
      isReady={reason.trim() !== ''}
      request={{ method: 'PATCH', url: toUrl(path, params), body }}
      file={tenant && fileOf(tenantId, patch, tenant)}
      onConfirm={force}
      onClose={onClose}
    >
      {tenant ? <ChangeList changes={effectiveChanges(patch, tenant)} /> : <ValueList values={patch} />}
      <Textarea
        label={words.reason}
        description={texts.reasonHint}
        value={reason}
        required
        maxLength={500}
        data-autofocus
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ReviewSheet>
  );
}

/** The values that apply now; undefined until they are read. */
function useReadTenant(): ReadTenant | undefined {
  const configuration = useExplained().data;
  const settings = useSettings().data?.settings;
  return configuration && settings && { configuration, settings };
}

/** The same change as a file; `attune apply` needs `--force` for it, too. */
function fileOf(tenantId: string, patch: Patch, { configuration, settings }: ReadTenant): string | undefined {
  const after = applyPatch(configuration.own, patch);
  return toTenantFile({ tenantId, version: configuration.version, patch, after, settings });
}

interface Forced extends Pick<ForceSheetProps, 'tenantId' | 'onUndo'> {
  readonly data: object;
  readonly request: HttpRequest;
}

function notifyForced({ tenantId, data, request, onUndo }: Forced): void {
  if (!('version' in data)) return notifyDone({ message: texts.waits, request });
  const version = Number(data.version);
  notifyDone({
    message: texts.forcedNow(tenantId, version),
    detail: replicasReceipt(version),
    request,
    onUndo,
  });
}
