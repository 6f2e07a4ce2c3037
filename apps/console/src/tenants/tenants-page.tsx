import { Button, Group, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { memo, useCallback, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { usePlatformActorNames } from '../actors/use-actor-names.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { ProblemView } from '../states/problem-view.js';
import { Screen } from '../states/screen.js';
import { EmptyState, NoMatch, LoadingLines } from '../states/states.js';
import { useOpenId } from '../url-state/use-open-id.js';
import { useSearchState } from '../url-state/use-search-state.js';
import { CreateTenant } from './create-tenant.js';
import { type TenantFilter, isFiltered, tenantSearch, toSelector } from './tenant-filter.js';
import { TenantFilterBar } from './tenant-filter-bar.js';
import { FirstChange } from './first-change.js';
import { openPathOf } from './tenant-columns.js';
import { TenantGrid } from './tenant-grid.js';
import { TenantPeek } from './tenant-peek.js';
import { tenantTexts } from './tenants.texts.js';
import { useTenants } from './use-tenants.js';
import styles from './tenant-grid.module.css';
import { words } from '../words/words.texts.js';

/** All tenants: find, look, open, and take many of them into a bulk update. */
export function TenantsPage() {
  const [search, setSearch] = useSearchState(tenantSearch);
  const [open, setOpen] = useOpenId('open');
  const { q, plan, status, label, sort, ids } = search;
  const filter = useMemo<TenantFilter>(
    () => ({ q, plan, status, label, sort }),
    [q, plan, status, label, sort],
  );
  const [isCreating, setCreating] = useState(false);
  const refusal = usePlatformRefusal();
  const pages = useTenants(filter);
  const first = useRef('');
  first.current = pages.items[0]?.tenant_id ?? '';
  const onFilter = useCallback(
    (change: Partial<TenantFilter>) => setSearch({ ...change, open: '' }, { replace: true }),
    [setSearch],
  );
  const onEnter = useCallback(() => setOpen(first.current), [setOpen]);
  const onClear = useCallback(() => setSearch({ ids: [] }), [setSearch]);
  useHotkeys([['Escape', () => setOpen('')]]);
  return (
    <Screen
      title={words.tenants}
      isWide
      actions={
        <ActButton reason={refusal} onClick={() => setCreating(true)}>
          {tenantTexts.create.title}
        </ActButton>
      }
    >
      {!isFiltered(filter) && <FirstChange tenants={pages.items} />}
      <TenantFilterBar filter={filter} onChange={onFilter} onEnter={onEnter} />
      <Selection filter={filter} ids={ids} total={pages.total} refusal={refusal} onClear={onClear} />
      <TenantList
        pages={pages}
        filter={filter}
        open={open}
        ids={ids}
        onSearch={setSearch}
        onPeek={setOpen}
        onCreate={() => setCreating(true)}
      />
      {isCreating && <CreateTenant onClose={() => setCreating(false)} />}
    </Screen>
  );
}

interface SelectionProps {
  readonly filter: TenantFilter;
  readonly ids: readonly string[];
  readonly total: number | undefined;
  readonly refusal: string | null;
  readonly onClear: () => void;
}

/** How many are shown or ticked, and the way into a bulk update of them. */
const Selection = memo(function Selection({ filter, ids, total, refusal, onClear }: SelectionProps) {
  const navigate = useNavigate();
  const selector = toSelector(filter, ids);
  const count = ids.length > 0 ? ids.length : total;
  const why = refusal ?? (typeof selector === 'string' ? selector : null);
  return (
    <Group gap="sm">
      <Text size="sm" role="status">
        {countText(total, ids.length)}
      </Text>
      <ActButton
        size="xs"
        variant="light"
        reason={why}
        onClick={() =>
          void navigate(`/bulk-updates/new?selector=${encodeURIComponent(JSON.stringify(selector))}`)
        }
      >
        {tenantTexts.select(count)}
      </ActButton>
      {ids.length > 0 && (
        <Button size="xs" variant="subtle" onClick={onClear}>
          {tenantTexts.clearTicks}
        </Button>
      )}
    </Group>
  );
});

function countText(total: number | undefined, ticked: number): string {
  const all = total === undefined ? '…' : words.tenantCount(total);
  return ticked === 0 ? all : tenantTexts.withTicked(all, ticked);
}

interface TenantListProps {
  readonly pages: ReturnType<typeof useTenants>;
  readonly filter: TenantFilter;
  readonly open: string;
  readonly ids: readonly string[];
  readonly onSearch: ReturnType<typeof useSearchState<typeof tenantSearch>>[1];
  readonly onPeek: (id: string) => void;
  readonly onCreate: () => void;
}

function TenantList({ pages, filter, open, ids, onSearch, onPeek, onCreate }: TenantListProps) {
  const { query, items: rows, total = rows.length } = pages;
  const navigate = useNavigate();
  const nameOf = usePlatformActorNames();
  const ticked = useMemo(() => new Set(ids), [ids]);
  const { hasNextPage, fetchNextPage } = query;
  // Nothing here depends on whether a page is being read: the screen is drawn once for each page.
  const onNearEnd = useCallback(() => {
    if (hasNextPage) void fetchNextPage({ cancelRefetch: false });
  }, [hasNextPage, fetchNextPage]);
  const onOpen = useCallback((id: string) => void navigate(openPathOf(id)), [navigate]);
  const onTick = useCallback(
    (id: string) =>
      onSearch({ ids: ticked.has(id) ? ids.filter((each) => each !== id) : [...ids, id] }, { replace: true }),
    [onSearch, ids, ticked],
  );
  if (query.isPending) return <LoadingLines lines={10} />;
  if (query.isError && rows.length === 0)
    return <ProblemView error={query.error} onRetry={() => void query.refetch()} />;
  if (rows.length === 0) return <Nothing filter={filter} onSearch={onSearch} onCreate={onCreate} />;
  const peeked = rows.find(({ tenant_id: id }) => id === open);
  return (
    <>
      <div className={styles['layout']}>
        <div className={styles['main']}>
          <TenantGrid
            tenants={rows}
            total={total}
            sort={filter.sort}
            openId={open}
            tickedIds={ticked}
            nameOf={nameOf}
            onSort={(sort) => onSearch({ sort })}
            onOpen={onOpen}
            onPeek={onPeek}
            onTick={onTick}
            onNearEnd={onNearEnd}
          />
        </div>
        {open !== '' && <TenantPeek key={open} tenantId={open} listed={peeked} onClose={() => onPeek('')} />}
      </div>
      <Text size="xs" c="dimmed">
        {tenantTexts.grid.loaded(rows.length, total)}
      </Text>
      {query.isError && <ProblemView error={query.error} onRetry={() => void fetchNextPage()} />}
    </>
  );
}

function Nothing({ filter, onSearch, onCreate }: Pick<TenantListProps, 'filter' | 'onSearch' | 'onCreate'>) {
  const refusal = usePlatformRefusal();
  if (!isFiltered(filter))
    return (
      <EmptyState
        title={tenantTexts.emptyTitle}
        action={
          <ActButton reason={refusal} onClick={onCreate}>
            {tenantTexts.create.title}
          </ActButton>
        }
      >
        {tenantTexts.empty}
      </EmptyState>
    );
  const clear = (): void => onSearch({ q: '', plan: '', status: '', label: '' });
  return <NoMatch onClear={clear}>{tenantTexts.nothing}</NoMatch>;
}
