import { Alert, Anchor, Box, Button, Code, Stack, Text } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { Link } from 'react-router';
import { focusSetting } from '../controls/focus-setting.js';
import { SettingControl } from '../controls/setting-control.js';
import { type Explained, layerAboveTenant, layerBelowTenant } from '../settings/explanation.js';
import { valueText } from '../lists/value-text.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import type { SettingSchema } from '../settings/setting-schema.js';
import { texts } from '../settings/settings.texts.js';
import { LayerRuler, LayerTable } from './layer-ruler.js';
import { useLayerPath } from './use-layer-path.js';
import styles from './setting-row.module.css';

export interface SettingRowProps {
  readonly setting: SettingSchema;
  readonly explained: Explained;
  /** What the form shows: the person's change, or the value that applies. */
  readonly value: unknown;
  readonly isDirty: boolean;
  /** The person asked for a reset of this setting. */
  readonly isReset: boolean;
  readonly error: string | null;
  /** Why this person cannot change it. */
  readonly lock: string | null;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onChange: (value: unknown) => void;
  readonly onReset: () => void;
  readonly onDrop: () => void;
}

/** One setting: its control, where its value comes from, and what a reset would show. */
export function SettingRow(props: SettingRowProps) {
  const { setting, explained, lock, isDirty } = props;
  const layers = explained.layers[setting.name] ?? [];
  const cap = explained.capped[setting.name];
  const tableId = useId();
  return (
    <Box className={styles['row']!} data-dirty={isDirty || undefined} data-setting={setting.name}>
      <div className={styles['columns']}>
        <Stack gap={6}>
          {lock === null ? (
            <SettingControl
              setting={setting}
              value={props.value}
              error={props.error}
              isDisabled={false}
              onChange={props.onChange}
            />
          ) : (
            <LockedValue setting={setting} value={props.value} reason={lock} />
          )}
          <Notes {...props} />
        </Stack>
        <div className={styles['acts']}>
          <LayerRuler
            layers={layers}
            cap={cap}
            name={setting.title}
            isOpen={props.isOpen}
            onToggle={props.onToggle}
            controls={tableId}
          />
          <Code>{setting.name}</Code>
          {setting.name === 'system_prompt_template' && (
            <Anchor component={Link} to="../prompt" size="xs" relative="path">
              {texts.editPrompt}
            </Anchor>
          )}
          {lock === null && <Acts {...props} />}
        </div>
      </div>
      <Box id={tableId} hidden={!props.isOpen}>
        {props.isOpen && (
          <>
            <Layers {...props} />
            <Anchor component={Link} to={`../history?setting=${setting.name}`} size="xs" relative="path">
              {texts.history}
            </Anchor>
          </>
        )}
      </Box>
    </Box>
  );
}

/** The layers of the setting; each leads to where this person changes it. */
function Layers({ setting: { name }, explained, lock }: SettingRowProps) {
  const pathOf = useLayerPath(name, explained);
  return (
    <LayerTable
      layers={explained.layers[name] ?? []}
      cap={explained.capped[name]}
      effective={explained.effective[name]}
      pathOf={pathOf}
      onTenant={lock === null ? () => focusSetting(name) : null}
    />
  );
}

/** A setting that this person cannot change: its value, and why. */
function LockedValue({ setting, value, reason }: { setting: SettingSchema; value: unknown; reason: string }) {
  // What holds for every setting is said once, over all of them.
  const { refusal } = useTenantScope();
  return (
    <div id={`setting-${setting.name}`} tabIndex={-1}>
      <Text size="sm" fw={500}>
        {setting.title}
      </Text>
      <Text size="sm" className={`numbers ${styles['value']}`}>
        {valueText(value)}
      </Text>
      <Note>{[setting.description, ...(reason === refusal ? [] : [reason])].filter(Boolean).join('. ')}</Note>
    </div>
  );
}

function Note({ children }: { children: ReactNode }) {
  return (
    <Text size="xs" c="dimmed">
      {children}
    </Text>
  );
}

/** What the person should know of the value: a cut by the plan, a layer that hides it, a reset that waits to be saved. */
function Notes({ setting: { name, inherited }, explained, isReset }: SettingRowProps) {
  const layers = explained.layers[name] ?? [];
  const cap = explained.capped[name];
  const above = layerAboveTenant(layers);
  return (
    <>
      {cap && (
        <Alert p="xs" color="orange">
          {texts.cap(cap, valueText(cap.from), valueText(explained.effective[name]))}
        </Alert>
      )}
      {above && <Note>{texts.hidden(above)}</Note>}
      {isReset && <Note>{texts.willReset(valueText(inherited), layerBelowTenant(layers))}</Note>}
    </>
  );
}

/** Long values do not fit on a button. */
const maxLabelLength = 16;

function Acts({ setting, explained, isDirty, isReset, onReset, onDrop }: SettingRowProps) {
  const isStored = Object.hasOwn(explained.own, setting.name);
  const below = layerBelowTenant(explained.layers[setting.name] ?? []);
  const inheritedText = valueText(setting.inherited);
  return (
    <>
      {isStored && !isReset && (
        <Button size="compact-xs" variant="subtle" color="gray" title={inheritedText} onClick={onReset}>
          {texts.resetTo(inheritedText.length > maxLabelLength ? texts.value : inheritedText, below)}
        </Button>
      )}
      {isDirty && (
        <Button
          size="compact-xs"
          variant="subtle"
          aria-label={`${texts.takeBack}: ${setting.title}`}
          onClick={onDrop}
        >
          {texts.takeBack}
        </Button>
      )}
    </>
  );
}
