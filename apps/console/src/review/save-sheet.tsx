import { Alert, Anchor, Stack, Text, Textarea } from '@mantine/core';
import { Link } from 'react-router';
import { ReviewSheet } from '../act/review-sheet.js';
import { type FieldError, problemOf } from '../api/problem.js';
import { controlNames } from '../controls/fault-field.js';
import type { Draft } from '../draft/draft-store.js';
import { applyPatch, isEmpty, overrideAllowed } from '../draft/patch.js';
import { LockRefusal } from '../lock/lock-refusal.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import type { Explained } from '../settings/explanation.js';
import { texts as settingTexts } from '../settings/settings.texts.js';
import type { Faults, SettingsData } from '../settings/use-configuration.js';
import { useSession } from '../session/session-context.js';
import { ProblemView } from '../states/problem-view.js';
import { ChangeList } from '../lists/change-list.js';
import { changeRows } from './change-rows.js';
import { GateBox } from './gate-box.js';
import { gateRefusal } from './gate-refusal.js';
import { MergeView } from './merge-view.js';
import { texts } from './review.texts.js';
import { words } from '../words/words.texts.js';
import { toTenantFile } from './tenant-file.js';
import { type SaveOptions, saveRequest } from './use-save.js';
import { type SaveSheetProps, forceable, useSaveSheet } from './use-save-sheet.js';

/** Shows the changes before they are saved. If another person saved first, it compares both changes. */
export function SaveSheet(props: SaveSheetProps) {
  const { data, draft, onDraft, onClose } = props;
  const scope = useTenantScope();
  const { merging, options, ...sheet } = useSaveSheet(props);
  const { patch } = sheet.draft;
  return (
    <ReviewSheet
      title={merging ? texts.compareTitle : texts.title}
      action={data.needsApproval ? texts.ask : texts.save(sheet.next, sheet.locking.length > 0)}
      isReady={sheet.isReady}
      request={saveRequest(scope, sheet.draft, options)}
      {...fileOf(scope.tenantId, sheet.draft, sheet.current, data)}
      {...(sheet.mayForce && {
        force: {
          action: texts.force(sheet.next),
          isReady: sheet.isReady && options.reason.trim() !== '',
          onConfirm: () => sheet.confirm(true),
        },
      })}
      showProblem={(error) => <Refusal error={error} mayForce={scope.isPlatform} settings={data.settings} />}
      onConfirm={() => sheet.confirm(false)}
      onClose={onClose}
    >
      {merging && (
        <MergeView
          {...merging}
          baseVersion={draft.baseVersion}
          currentVersion={sheet.current.version}
          onChoose={sheet.choose}
          onEdit={() => {
            onDraft(merging.draft);
            onClose();
          }}
        />
      )}
      <Changes patch={patch} explained={sheet.current} data={data} />
      <FaultNote faults={sheet.faults} isEmpty={isEmpty(patch)} />
      {sheet.locking.length > 0 && <Alert color="yellow">{texts.locking(sheet.locking)}</Alert>}
      {data.needsApproval && <Alert>{texts.approval(scope.isPlatform)}</Alert>}
      <Options options={options} onChange={sheet.setOptions} patch={patch} isReasonNeeded={sheet.mayForce} />
    </ReviewSheet>
  );
}

function fileOf(tenantId: string, draft: Draft, current: Explained, data: SettingsData): { file?: string } {
  const { baseVersion: version, patch } = draft;
  const after = applyPatch(current.own, patch);
  const file = toTenantFile({ tenantId, version, patch, after, settings: data.settings });
  return file === undefined ? {} : { file };
}

interface RefusalProps {
  readonly error: unknown;
  readonly mayForce: boolean;
  readonly settings: SettingsData['settings'];
}

/** The faults, if all of them are of settings; else none, and the problem is shown as it is. */
function faultsOfSettings(errors: readonly FieldError[] = [], settings: SettingsData['settings']) {
  const areAll = errors.every(({ field }) => settings.some(({ name }) => controlNames(field).includes(name)));
  return areAll ? errors : [];
}

/** Why a save was refused; golden questions with what each one lacks. */
function Refusal({ error, mayForce, settings }: RefusalProps) {
  const problem = problemOf(error);
  const failedGate = gateRefusal(error);
  if (failedGate !== null) return failedGate;
  const faults = faultsOfSettings(problem.errors, settings);
  if (faults.length > 0) return <FaultList errors={faults} />;
  if (!mayForce || !forceable.has(problem.slug)) return <ProblemView error={error} />;
  if (problem.slug === 'override-not-allowed') return <LockRefusal />;
  return (
    <Alert color="red" title={problem.title} role="alert">
      {texts.refusedFile}
    </Alert>
  );
}

function Changes({
  patch,
  explained,
  data,
}: {
  patch: Draft['patch'];
  explained: Explained;
  data: SettingsData;
}) {
  const layer = settingTexts.layer;
  const rows = changeRows(patch, explained, data.settings).map((row) => ({
    ...row,
    field: row.name,
    fromNote: layer(row.fromLayer),
    toNote: layer(row.toLayer),
  }));
  const lock = patch[overrideAllowed];
  const all =
    typeof lock === 'boolean'
      ? [
          ...rows,
          { field: 'override_allowed', title: settingTexts.overrideAllowed.label, from: !lock, to: lock },
        ]
      : rows;
  return <ChangeList label={texts.changes} changes={all} />;
}

function FaultNote({ faults, isEmpty: isNothing }: { faults: Faults; isEmpty: boolean }) {
  if (isNothing) return <Text size="sm">{texts.merge.nothingLeft}</Text>;
  if (faults.error !== null && !faults.isKnown) return <ProblemView error={faults.error} />;
  if (!faults.isKnown) return <Text size="sm">{texts.checking}</Text>;
  return faults.errors.length === 0 ? null : <FaultList errors={faults.errors} />;
}

/** Each fault leads to its setting: the sheet closes, and the setting has the focus. */
function FaultList({ errors }: { errors: readonly FieldError[] }) {
  return (
    <Alert color="red" title={texts.faults} role="alert">
      <Stack gap={2} component="ul" m={0} ps="md">
        {errors.map(({ field, rule, message }) => (
          <li key={`${field} ${rule}`}>
            <Anchor
              component={Link}
              to={`?setting=${controlNames(field).at(-1)}`}
              state={{ setting: field }}
              size="sm"
              c="inherit"
              underline="always"
              data-fault-link
            >
              {message}
            </Anchor>
          </li>
        ))}
      </Stack>
    </Alert>
  );
}

interface OptionsProps {
  readonly options: SaveOptions;
  readonly onChange: (options: SaveOptions) => void;
  readonly patch: Draft['patch'];
  readonly isReasonNeeded: boolean;
}

function Options({ options, onChange, patch, isReasonNeeded }: OptionsProps) {
  const { changes } = useSession();
  return (
    <Stack gap="sm">
      <Textarea
        label={words.reason}
        description={isReasonNeeded ? texts.reasonForForce : texts.reasonHint}
        value={options.reason}
        required={isReasonNeeded}
        maxLength={500}
        rows={2}
        onChange={(event) => onChange({ ...options, reason: event.currentTarget.value })}
      />
      <GateBox patch={patch} isChecked={options.gate} onChange={(gate) => onChange({ ...options, gate })} />
      {changes && (
        <Text size="xs" c="dimmed" className="numbers">
          {texts.left(changes.remaining, changes.limit)}
        </Text>
      )}
    </Stack>
  );
}
