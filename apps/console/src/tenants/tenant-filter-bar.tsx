import { Group, NativeSelect, TextInput } from '@mantine/core';
import { memo } from 'react';
import { useTypedText } from '../url-state/use-typed-text.js';
import type { TenantFilter } from './tenant-filter.js';
import { usePlanIds } from './use-tenants.js';
import { words } from '../words/words.texts.js';
import { tenantTexts } from './tenants.texts.js';

const typingPauseMs = 60;

export interface TenantFilterBarProps {
  readonly filter: TenantFilter;
  readonly onChange: (change: Partial<TenantFilter>) => void;
  /** Enter in the search: show the first that was found. */
  readonly onEnter: () => void;
}

/** The filter of the list. The first key goes into the URL at once, and those that follow quickly after a short pause. */
export const TenantFilterBar = memo(function TenantFilterBar({
  filter,
  onChange,
  onEnter,
}: TenantFilterBarProps) {
  const plans = usePlanIds();
  return (
    <Group gap="sm" align="flex-end" role="search">
      <TypedFilter
        label={words.search}
        placeholder={tenantTexts.filter.searchExample}
        value={filter.q}
        onChange={(q) => onChange({ q })}
        onEnter={onEnter}
      />
      <NativeSelect
        label={words.plan}
        value={filter.plan}
        data={[{ value: '', label: tenantTexts.filter.all }, ...plans]}
        onChange={(event) => onChange({ plan: event.currentTarget.value })}
      />
      <NativeSelect
        label={words.state}
        value={filter.status}
        data={[{ value: '', label: tenantTexts.filter.all }, 'active', 'suspended']}
        onChange={(event) => onChange({ status: event.currentTarget.value as TenantFilter['status'] })}
      />
      <TypedFilter
        label={tenantTexts.filter.label}
        placeholder={tenantTexts.filter.labelExample}
        value={filter.label}
        onChange={(label) => onChange({ label })}
      />
    </Group>
  );
});

interface TypedFilterProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onEnter?: () => void;
}

function TypedFilter({ label, placeholder, value, onChange, onEnter }: TypedFilterProps) {
  const [text, setText] = useTypedText(value, onChange, { waitMs: typingPauseMs, isFirstAtOnce: true });
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Enter' && onEnter?.()}
    />
  );
}
