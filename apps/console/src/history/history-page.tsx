import { Group, NativeSelect, Stack, Text } from '@mantine/core';
import { type RefObject, useEffect, useRef } from 'react';
import { useActorNames } from '../actors/use-actor-names.js';
import { useLetters } from '../keyboard/use-letters.js';
import { LoadMore } from '../lists/load-more.js';
import { useReadOn } from '../lists/use-read-on.js';
import { useTenantPages } from '../lists/use-tenant-pages.js';
import { forcedOver } from '../lock/lock-history.js';
import { RollbackSheet } from '../rollback/rollback-sheet.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { useTenantHead } from '../scope/use-tenant-head.js';
import { useSettings } from '../settings/use-configuration.js';
import { ProblemView } from '../states/problem-view.js';
import { Screen } from '../states/screen.js';
import { LoadingLines, NoMatch } from '../states/states.js';
import { searchList, searchText, useSearchState } from '../url-state/use-search-state.js';
import { sealOf } from './chain.js';
import { Comparison } from './comparison.js';
import { HistoryRow } from './history-row.js';
import { comparedPair, entriesOf, toggleCompared } from './history-entries.js';
import { texts } from './history.texts.js';
import { Verify, useChainCheck } from './verify.js';

const urlState = { version: searchText, setting: searchText, compare: searchList, restore: searchText };

/** Every version of the tenant's configuration: who, what, why; to compare and to restore. */
export function HistoryPage() {
  const { refusal, tenantId } = useTenantScope();
  const [url, setUrl] = useSearchState(urlState);
  const pages = useTenantPages('/v1/config/history', { limit: 50 });
  const nameOf = useActorNames();
  const list = useRef<HTMLDivElement>(null);
  const entries = entriesOf(pages.items, url.setting);
  const pair = comparedPair(url.compare);
  const newest = pages.items[0]?.version;
  const forced = forcedOver(pages.items, useTenantHead(tenantId).data);
  const chain = useChainCheck(newest);
  const toggle = useCompared(url.compare, (compare) => setUrl({ compare }));
  useRowKeys(list, toggle);
  useLinkedVersion(list, url.version, pages);
  return (
    <Screen title={texts.title} about={texts.about}>
      <Group align="flex-end" justify="space-between">
        <SettingFilter value={url.setting} onChange={(setting) => setUrl({ setting })} />
        {url.compare.length > 0 && <Text size="sm">{texts.compare(url.compare.length)}</Text>}
      </Group>
      <Verify {...chain} />
      {pair && <Comparison {...pair} onClose={() => setUrl({ compare: [] })} />}
      {pages.query.isPending && <LoadingLines lines={10} />}
      {pages.query.isError && (
        <ProblemView error={pages.query.error} onRetry={() => void pages.query.refetch()} />
      )}
      <Stack gap={0} component="ul" m={0} p={0} ref={list} style={{ listStyle: 'none' }}>
        {entries.map((entry) => (
          <HistoryRow
            key={entry.version}
            entry={entry}
            author={nameOf(entry.changed_by)}
            isCurrent={entry.version === newest}
            isOpen={url.version === String(entry.version)}
            forced={forced.get(entry.version) ?? null}
            seal={url.setting === '' ? sealOf(entry.version, tenantId, chain.checked) : null}
            isCompared={url.compare.includes(String(entry.version))}
            onToggle={() =>
              setUrl({ version: url.version === String(entry.version) ? '' : String(entry.version) })
            }
            onCompare={() => toggle(entry.version)}
            refusal={refusal}
            onRestore={() => setUrl({ restore: String(entry.version) })}
          />
        ))}
      </Stack>
      <Footer
        pages={pages}
        count={entries.length}
        setting={url.setting}
        onClear={() => setUrl({ setting: '' })}
      />
      {/^\d+$/.test(url.restore) && refusal === null && (
        <RollbackSheet
          target={{ version: Number(url.restore) }}
          onClose={() => setUrl({ restore: '' }, { replace: true })}
        />
      )}
    </Screen>
  );
}

/** Two ticks may follow each other faster than the URL. */
function useCompared(
  inUrl: readonly string[],
  onChange: (compared: readonly string[]) => void,
): (version: number) => void {
  const compared = useRef(inUrl);
  const text = inUrl.join();
  useEffect(() => {
    compared.current = inUrl;
  }, [text]);
  return (version) => {
    compared.current = toggleCompared(compared.current, version);
    onChange(compared.current);
  };
}

const maxLookedThrough = 1_000;

/** Loads the history down to the version that the address had at the beginning, and shows its row. */
function useLinkedVersion(
  list: RefObject<HTMLDivElement | null>,
  inUrl: string,
  { items, query }: ReturnType<typeof useTenantPages<'/v1/config/history'>>,
): void {
  const linked = useRef(inUrl).current;
  const isLoaded = items.some(({ version }) => String(version) === linked);
  useReadOn(/^\d+$/.test(linked) && !isLoaded && items.length < maxLookedThrough, query);
  useEffect(() => {
    if (isLoaded)
      list.current?.querySelector(`[data-version="${linked}"]`)?.scrollIntoView({ block: 'center' });
  }, [isLoaded, linked, list]);
}

/** `j` and `k` move between the versions; `d` ticks the one that has the focus. `Enter` opens it, as on every button. */
function useRowKeys(list: RefObject<HTMLDivElement | null>, onCompare: (version: number) => void): void {
  const buttons = (): HTMLElement[] => [
    ...(list.current?.querySelectorAll<HTMLElement>('[data-version]') ?? []),
  ];
  const move = (step: 1 | -1): void => {
    const all = buttons();
    const next = all.indexOf(document.activeElement as HTMLElement) + step;
    all[Math.min(Math.max(next, 0), all.length - 1)]?.focus();
  };
  const compareFocused = (): void => {
    const version = focusedVersion();
    if (version !== undefined) onCompare(Number(version));
  };
  useLetters({ j: () => move(1), k: () => move(-1), d: compareFocused });
}

function focusedVersion(): string | undefined {
  return (document.activeElement as HTMLElement | null)?.dataset['version'];
}

function SettingFilter({ value, onChange }: { value: string; onChange: (setting: string) => void }) {
  const { data } = useSettings();
  const options = (data?.settings ?? []).map(({ name, title }) => ({ value: name, label: title }));
  return (
    <NativeSelect
      wrapperProps={{ role: 'search' }}
      label={texts.filter}
      value={value}
      data={[{ value: '', label: texts.allSettings }, ...options]}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

interface FooterProps {
  readonly pages: ReturnType<typeof useTenantPages<'/v1/config/history'>>;
  readonly count: number;
  readonly setting: string;
  readonly onClear: () => void;
}

/** How much of the history is loaded, so that a cut is not mistaken for the end. */
function Footer({ pages: { items, query }, count, setting, onClear }: FooterProps) {
  if (query.isPending) return null;
  return (
    <Stack>
      {items.length > 0 && count === 0 && <NoMatch onClear={onClear}>{texts.empty}</NoMatch>}
      <Group justify="space-between">
        <Text size="sm" c="dimmed" role="status" className="numbers">
          {setting === ''
            ? texts.loaded(items.length, items[0]?.version ?? 0)
            : texts.filtered(count, items.length, setting)}
        </Text>
        <LoadMore query={query} label={texts.older} />
      </Group>
    </Stack>
  );
}
