import { Anchor, Box, Group, Stack, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { DateText } from '../dates/date-text.js';
import { texts } from '../settings/settings.texts.js';
import { type Cap, type Layer, type LayerName, layerNames, winningLayer } from '../settings/explanation.js';
import { valueText } from '../lists/value-text.js';
import styles from './layer-ruler.module.css';

interface LayerRulerProps {
  readonly layers: readonly Layer[];
  readonly cap: Cap | undefined;
  /** The setting's title. */
  readonly name: string;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly controls: string;
}

/** Five notches, from the platform to a rollout: which layers have a value, which one applies, and a cap where the plan cuts it. */
export function LayerRuler({ layers, cap, name, isOpen, onToggle, controls }: LayerRulerProps) {
  const winner = winningLayer(layers);
  return (
    <UnstyledButton
      className={styles['ruler']!}
      aria-expanded={isOpen}
      aria-controls={controls}
      onClick={onToggle}
    >
      <span className={styles['notches']} aria-hidden>
        {layerNames.map((layer) => (
          <span key={layer} className={styles['notch']} data-state={stateOf(layer, layers, winner)} />
        ))}
        {cap && <span className={styles['cap']} />}
      </span>
      <Text size="xs" span>
        <VisuallyHidden>{name}: </VisuallyHidden>
        {cap ? texts.sourceCut(winner) : texts.source(winner)}
      </Text>
    </UnstyledButton>
  );
}

function stateOf(name: LayerName, layers: readonly Layer[], winner: LayerName): 'winner' | 'value' | 'empty' {
  if (name === winner) return 'winner';
  return layers.some(({ layer }) => layer === name) ? 'value' : 'empty';
}

interface LayerTableProps {
  readonly layers: readonly Layer[];
  readonly cap: Cap | undefined;
  readonly effective: unknown;
  /** Where this person changes the value of a layer; null where they cannot. */
  readonly pathOf: (layer: LayerName) => string | null;
  /** Goes to the tenant's own value, on the same screen; null for a person who cannot change it. */
  readonly onTenant: (() => void) | null;
}

/** The five layers with their values, who set them and when. A layer leads to where its value is changed. */
export function LayerTable({ layers, cap, effective, pathOf, onTenant }: LayerTableProps) {
  const winner = winningLayer(layers);
  return (
    <Stack gap={4} component="ol" className={styles['table']!}>
      {layerNames.map((name) => (
        <LayerLine
          key={name}
          name={<LayerTitle name={name} path={pathOf(name)} onClick={name === 'tenant' ? onTenant : null} />}
          layer={layers.find(({ layer }) => layer === name)}
          isWinner={name === winner}
        />
      ))}
      {cap && (
        <Text size="xs" component="li" className={styles['line']!}>
          {texts.cap(cap, valueText(cap.from), valueText(effective))}
        </Text>
      )}
    </Stack>
  );
}

interface LayerTitleProps {
  readonly name: LayerName;
  readonly path: string | null;
  readonly onClick: (() => void) | null;
}

function LayerTitle({ name, path, onClick }: LayerTitleProps) {
  const text = texts.layer(name);
  const act = { inherit: true, underline: 'always', 'aria-label': texts.changeLayer(name) } as const;
  if (path !== null)
    return (
      <Anchor component={Link} to={path} {...act}>
        {text}
      </Anchor>
    );
  if (onClick === null) return text;
  return (
    <Anchor component="button" type="button" onClick={onClick} {...act}>
      {text}
    </Anchor>
  );
}

interface LayerLineProps {
  readonly name: ReactNode;
  readonly layer: Layer | undefined;
  readonly isWinner: boolean;
}

function LayerLine({ name, layer, isWinner }: LayerLineProps) {
  return (
    <Group gap="xs" component="li" className={styles['line']!} data-winner={isWinner || undefined}>
      <Text size="xs" component="span" w={64} fw={isWinner ? 600 : 400}>
        {name}
      </Text>
      <Box flex={1} miw={0}>
        <Text size="xs" truncate {...(layer ? {} : { c: 'dimmed' })} className="numbers">
          {layer ? valueText(layer.value) : texts.noValue}
          {isWinner && ` · ${texts.applies}`}
        </Text>
      </Box>
      {layer && (
        <Text size="xs" c="dimmed">
          {texts.setter(layer.set_by)} {layer.at !== null && <DateText at={layer.at} />}
        </Text>
      )}
    </Group>
  );
}
