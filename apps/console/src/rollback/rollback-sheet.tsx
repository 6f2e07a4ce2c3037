import { Alert, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ReviewSheet } from '../act/review-sheet.js';
import type { SettingsPatch } from '../draft/draft-store.js';
import { applyPatch } from '../draft/patch.js';
import { GateBox } from '../review/gate-box.js';
import { gateRefusal } from '../review/gate-refusal.js';
import { storedChanges } from '../review/change-rows.js';
import { toTenantFile } from '../review/tenant-file.js';
import { ChangeList } from '../lists/change-list.js';
import { LockRefusal } from '../lock/lock-refusal.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import type { SettingSchema } from '../settings/setting-schema.js';
import { type SettingsData, useSettings } from '../settings/use-configuration.js';
import { ProblemView } from '../states/problem-view.js';
import { type RollbackOptions, rollbackRequest } from '../undo/roll-back.js';
import { texts } from './rollback.texts.js';
import { words } from '../words/words.texts.js';
import { useRollbackSheet } from './use-rollback-sheet.js';
import type { RollbackPreview, RollbackTarget } from './use-rollback-preview.js';

/** Shows what restoring a version would do, tried without saving, before it is done. */
export function RollbackSheet({ target, onClose }: { target: RollbackTarget; onClose: () => void }) {
  const scope = useTenantScope();
  const { versions, preview, error, isForced, isNewer, ...sheet } = useRollbackSheet(target);
  const [reason, setReason] = useState('');
  const [gate, setGate] = useState(false);
  const options = { reason, force: isForced, gate };
  const settings = useSettings();
  const needsApproval = settings.data?.needsApproval === true;
  return (
    <ReviewSheet
      title={titleOf(target, versions)}
      action={actionOf(versions, { isForced, needsApproval })}
      isDangerous={isForced}
      isReady={isRestorable(preview, options)}
      request={rollbackRequest(scope, versions, options)}
      file={fileOf(scope.tenantId, preview, settings.data)}
      showProblem={gateRefusal}
      onConfirm={() => sheet.confirm(options)}
      onClose={onClose}
    >
      {isNewer && <Alert color="yellow">{texts.newer}</Alert>}
      {isForced && <LockRefusal />}
      {error !== null && <ProblemView error={error} onRetry={sheet.retry} />}
      {error === null && <Preview preview={preview} settings={settings.data?.settings ?? []} />}
      <TextInput
        label={words.reason}
        description={texts.reasonHint}
        value={reason}
        required={isForced}
        maxLength={500}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <GateBox patch={patchOf(preview)} isChecked={gate} onChange={setGate} />
    </ReviewSheet>
  );
}

/** What the rollback would change, as the patch that does the same. */
function patchOf(preview: RollbackPreview | undefined): SettingsPatch {
  return Object.fromEntries((preview?.changes ?? []).map(({ field, to }) => [field, to]));
}

/** What the rollback would set, as a file for `attune apply`. */
function fileOf(
  tenantId: string,
  preview: RollbackPreview | undefined,
  data: SettingsData | undefined,
): string | undefined {
  if (preview === undefined || data === undefined) return undefined;
  const { settings } = data;
  const patch = patchOf(preview);
  return toTenantFile({ tenantId, version: preview.current, patch, after: applyPatch({}, patch), settings });
}

function isRestorable(preview: RollbackPreview | undefined, { reason, force }: RollbackOptions): boolean {
  if (force && reason.trim() === '') return false;
  return preview !== undefined && preview.valid && preview.changes.length > 0;
}

type Versions = Pick<RollbackPreview, 'current' | 'target'>;

function titleOf(target: RollbackTarget, { current, target: version }: Versions): string {
  return 'steps' in target ? words.undoVersion(current) : texts.restoreTitle(version);
}

function actionOf(
  { current, target }: Versions,
  { isForced, needsApproval }: { isForced: boolean; needsApproval: boolean },
): string {
  if (isForced) return texts.force(current + 1);
  return needsApproval ? texts.ask : texts.action(target, current + 1);
}

interface PreviewProps {
  readonly preview: RollbackPreview | undefined;
  readonly settings: readonly SettingSchema[];
}

function Preview({ preview, settings }: PreviewProps) {
  if (preview === undefined) return <Text size="sm">{texts.loading}</Text>;
  const { target, changes, kept, errors } = preview;
  if (target === 0) return <Text size="sm">{texts.nothingToUndo}</Text>;
  return (
    <Stack gap="sm">
      {changes.length === 0 ? (
        <Text size="sm">{texts.same(target)}</Text>
      ) : (
        <ChangeList label={texts.changes} changes={storedChanges(changes, settings, texts.notSet)} />
      )}
      {kept.length > 0 && (
        <Text size="sm" c="dimmed">
          {texts.kept(kept)}
        </Text>
      )}
      {errors.length > 0 && (
        <Alert color="red" title={texts.faults} role="alert">
          <Stack gap={2} component="ul" m={0} ps="md">
            {errors.map(({ field, rule, message }) => (
              <li key={`${field} ${rule}`}>{message}</li>
            ))}
          </Stack>
        </Alert>
      )}
    </Stack>
  );
}
