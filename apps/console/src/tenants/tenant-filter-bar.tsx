import { Group, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import type { TenantFilter } from './tenant-filter.js';
import { usePlanIds } from './use-tenants.js';

const typingPauseMs = 60;

export interface TenantFilterBarProps {
  readonly filter: TenantFilter;
  readonly onChange: (change: Partial<TenantFilter>) => void;
  /** Enter in the search: show the first that was found. */
  readonly onEnter: () => void;
}

/** The filter of the list. What is typed goes into the URL after a short pause. */
export function TenantFilterBar({ filter, onChange, onEnter }: TenantFilterBarProps) {
  const plans = usePlanIds();
  const search = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => search.current?.focus()]]);
  return (
    <Group gap="sm" align="flex-end" role="search">
      <TypedFilter
        ref={search}
        label="Search"
        placeholder="Part of the id or name ( / )"
        value={filter.q}
        onChange={(q) => onChange({ q })}
        onEnter={onEnter}
      />
      <NativeSelect
        label="Plan"
        value={filter.plan}
        data={[{ value: '', label: 'all' }, ...plans]}
        onChange={(event) => onChange({ plan: event.currentTarget.value })}
      />
      <NativeSelect
        label="State"
        value={filter.status}
        data={[{ value: '', label: 'all' }, 'active', 'suspended']}
        onChange={(event) => onChange({ status: event.currentTarget.value as TenantFilter['status'] })}
      />
      <TypedFilter
        label="Label"
        placeholder="region:eu"
        value={filter.label}
        onChange={(label) => onChange({ label })}
      />
    </Group>
  );
}

interface TypedFilterProps {
  readonly ref?: React.Ref<HTMLInputElement>;
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onEnter?: () => void;
}

function TypedFilter({ ref, label, placeholder, value, onChange, onEnter }: TypedFilterProps) {
  const [text, setText] = useState(value);
  const send = useDebouncedCallback(onChange, typingPauseMs);
  // Back, or "clear the filter", changes the URL without typing.
  useEffect(() => setText(value), [value]);
  return (
    <TextInput
      ref={ref}
      label={label}
      placeholder={placeholder}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        send(event.currentTarget.value);
      }}
      onKeyDown={(event) => event.key === 'Enter' && onEnter?.()}
    />
  );
}
