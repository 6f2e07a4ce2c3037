import { Alert, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import { ChangeList } from '../lists/change-list.js';
import { ForceSheet } from '../lock/force-sheet.js';
import { obstaclesTo } from '../lock/obstacles.js';
import { effectiveChanges, patchTo } from '../lock/effective-changes.js';
import { type Patch, PatchEditor } from '../platform-settings/patch-editor.js';
import { UndoLastChange } from '../rollback/undo-last-change.js';
import { TenantScopeProvider, useTenantScope } from '../scope/tenant-scope.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import type { Explained } from '../settings/explanation.js';
import { settingTitle } from '../settings/setting-properties.js';
import { type SettingsData, useExplained, useSettings } from '../settings/use-configuration.js';
import { Loaded } from '../states/states.js';
import { searchJson } from '../url-state/search-json.js';
import { searchText, useSearchState } from '../url-state/use-search-state.js';
import { useUrlDraft } from '../url-state/use-url-draft.js';
import { words } from '../words/words.texts.js';
import { FindTenant } from './find-tenant.js';
import { texts } from './emergency.texts.js';

const shape = { tenant: searchText, changes: searchJson };

/** Forces settings on one tenant, with a reason. The URL has the tenant and the changes. */
export function ForceSetting() {
  const [{ tenant: asked, changes }, setSearch] = useSearchState(shape);
  const find = (id: string): void =>
    setSearch({ tenant: id, changes: id === asked ? changes : {} }, { replace: true });
  return (
    <Stack gap="sm">
      <Text size="sm">{texts.force.about}</Text>
      <FindTenant label={words.tenant} asked={asked} onAsk={find}>
        {({ tenant_id: tenantId }) => (
          <TenantScopeProvider tenantId={tenantId}>
            <ReadTenant />
          </TenantScopeProvider>
        )}
      </FindTenant>
    </Stack>
  );
}

function ReadTenant() {
  const explained = useExplained();
  const settings = useSettings();
  return (
    <Loaded query={explained}>
      {(configuration) => (
        <Loaded query={settings}>{(data) => <ForceForm configuration={configuration} data={data} />}</Loaded>
      )}
    </Loaded>
  );
}

interface FormProps {
  readonly configuration: Explained;
  readonly data: SettingsData;
}

function ForceForm({ configuration, data }: FormProps) {
  const [inUrl, setSearch] = useSearchState(shape);
  const [chosen, choose] = useUrlDraft<Patch>(
    () => inUrl.changes,
    (next) => setSearch({ changes: next }, { replace: true }),
  );
  const tenant = { configuration, settings: data.settings };
  const patch = patchTo(chosen, tenant);
  return (
    <>
      <PatchEditor
        settings={data.settings}
        patch={chosen}
        resetText={texts.force.reset}
        initialOf={(name) => configuration.effective[name]}
        onChange={choose}
      />
      <ChangeList changes={effectiveChanges(patch, tenant)} />
      <Act patch={patch} configuration={configuration} data={data} onDone={() => choose({})} />
    </>
  );
}

interface ActProps extends FormProps {
  readonly patch: Patch;
  readonly onDone: () => void;
}

/** What stands against the change, and the button, which forces only where something does. */
function Act({ patch, configuration, data, onDone }: ActProps) {
  const { tenantId } = useTenantScope();
  const [open, setOpen] = useState<'force' | 'undo' | null>(null);
  const refusal = usePlatformRefusal();
  const names = Object.keys(patch);
  const obstacles = obstaclesTo(names, configuration, data);
  const isForced = obstacles.length > 0;
  const action = isForced ? texts.force.action : texts.force.change;
  const close = (): void => setOpen(null);
  return (
    <>
      {names.length > 0 && <Obstacles obstacles={obstacles} />}
      <Group justify="flex-end">
        <ActButton
          color="red"
          reason={refusal ?? (names.length > 0 ? null : texts.force.choose)}
          onClick={() => setOpen('force')}
        >
          {names.length === 0 ? texts.force.nothing : action(names.map(settingTitle))}
        </ActButton>
      </Group>
      {open === 'force' && (
        <ForceSheet
          tenantId={tenantId}
          patch={patch}
          isForced={isForced}
          onDone={onDone}
          onUndo={() => setOpen('undo')}
          onClose={close}
        />
      )}
      {open === 'undo' && <UndoLastChange tenantId={tenantId} onClose={close} />}
    </>
  );
}

function Obstacles({ obstacles }: { obstacles: readonly string[] }) {
  if (obstacles.length === 0) return <Text size="sm">{texts.force.ordinary}</Text>;
  return (
    <Alert color="red" title={texts.force.against} role="status">
      {obstacles.map((obstacle) => (
        <Text key={obstacle} size="sm">
          {obstacle}
        </Text>
      ))}
    </Alert>
  );
}
