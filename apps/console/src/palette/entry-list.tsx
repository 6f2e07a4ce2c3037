import { Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { Entry } from './entries.js';
import classes from './entry-list.module.css';
import { paletteTexts } from './palette.texts.js';

interface EntryListProps {
  readonly id: string;
  readonly entries: readonly Entry[];
  readonly active: number;
  readonly onHover: (index: number) => void;
  readonly onChoose: (entry: Entry) => void;
}

/** The lines of the palette. The field keeps the focus; arrow keys move the active line, which stays in view. */
export function EntryList({ id, entries, active, onHover, onChoose }: EntryListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div ref={list} id={id} role="listbox" aria-label={paletteTexts.foundLabel} className={classes['list']}>
      {entries.map((entry, index) => (
        <div key={entry.id} role="presentation">
          {entry.group !== entries[index - 1]?.group && (
            <Text size="xs" c="dimmed" className={classes['group'] ?? ''} role="presentation">
              {entry.group}
            </Text>
          )}
          <div
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            aria-disabled={entry.refusal !== undefined}
            className={classes['entry']}
            onMouseMove={() => onHover(index)}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => entry.refusal === undefined && onChoose(entry)}
          >
            <Text size="sm">{entry.label}</Text>
            <Text size="sm" c="dimmed">
              {entry.refusal ?? entry.hint}
            </Text>
          </div>
        </div>
      ))}
    </div>
  );
}
