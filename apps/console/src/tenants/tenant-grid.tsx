import { type KeyboardEvent, type MouseEvent, memo, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { type ListedTenant, ariaSortOf, tenantColumns } from './tenant-columns.js';
import { type TenantSort, nextSort } from './tenant-filter.js';
import { moveIn } from '../lists/grid-keys.js';
import { rowsIn, scrollTopFor } from '../lists/row-window.js';
import { useRowWindow } from '../lists/use-row-window.js';
import styles from './tenant-grid.module.css';
import { words } from '../words/words.texts.js';
import { tenantTexts } from './tenants.texts.js';

const rowHeight = 44;
const headerHeight = 36;
/** The next page is read this many rows before the end. */
const prefetchRows = 140;

export interface TenantGridProps {
  readonly tenants: readonly ListedTenant[];
  /** All that match, also those that are not read yet. */
  readonly total: number;
  readonly sort: TenantSort;
  readonly openId: string;
  readonly tickedIds: ReadonlySet<string>;
  /** The name of who made a change. It stays the same function while the names stay the same. */
  readonly nameOf: (actor: string) => string;
  readonly onSort: (sort: TenantSort) => void;
  readonly onOpen: (id: string) => void;
  readonly onPeek: (id: string) => void;
  readonly onTick: (id: string) => void;
  readonly onNearEnd: () => void;
}

/** All tenants in one grid. Only the rows that are seen are in the document, and the one that has the focus. */
export function TenantGrid(props: TenantGridProps) {
  const { tenants, total, sort, openId, tickedIds, onNearEnd } = props;
  const viewport = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const current = Math.min(active, tenants.length - 1);
  const seen = useRowWindow(viewport, rowHeight);
  useEffect(() => {
    if (seen.end >= tenants.length - prefetchRows) onNearEnd();
  }, [seen.end, tenants.length, onNearEnd]);
  const focusRow = (index: number): void => {
    const element = viewport.current!;
    // The row has to be in the document before it can have the focus.
    flushSync(() => setActive(index));
    element.querySelector<HTMLElement>(`[aria-rowindex="${index + 2}"]`)?.focus({ preventScroll: true });
    const part = { scrollTop: element.scrollTop, height: element.clientHeight, rowHeight };
    element.scrollTop = scrollTopFor(index, part, headerHeight);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const tenant = tenants[current];
    if (tenant === undefined || !isPlainKeyOnRow(event)) return;
    const next = moveIn(event.key, current, tenants.length);
    const act = { Enter: props.onOpen, ' ': props.onPeek, x: props.onTick }[event.key];
    if (act === undefined && next === null) return;
    event.preventDefault();
    act?.(tenant.tenant_id);
    if (next === null) return;
    focusRow(next);
    if (openId !== '') props.onPeek(tenants[next]!.tenant_id);
  };
  return (
    <div
      ref={viewport}
      className={styles['viewport']}
      style={{ blockSize: 'calc(100dvh - 230px)', minBlockSize: 320 }}
      role="grid"
      aria-label={words.tenants}
      aria-rowcount={total + 1}
      aria-colcount={tenantColumns.length + 1}
      aria-multiselectable
      onKeyDown={onKeyDown}
    >
      <Header sort={sort} onSort={props.onSort} />
      <div role="rowgroup" style={{ blockSize: tenants.length * rowHeight, position: 'relative' }}>
        {rowsIn(seen, tenants.length, current).map((index) => (
          <Row
            key={tenants[index]!.tenant_id}
            tenant={tenants[index]!}
            index={index}
            isActive={index === current}
            isOpen={tenants[index]!.tenant_id === openId}
            isTicked={tickedIds.has(tenants[index]!.tenant_id)}
            nameOf={props.nameOf}
            onFocus={setActive}
            onOpen={props.onOpen}
            onPeek={props.onPeek}
            onTick={props.onTick}
          />
        ))}
      </div>
    </div>
  );
}

const isPlain = ({ ctrlKey, metaKey, altKey, shiftKey }: MouseEvent | KeyboardEvent): boolean =>
  !ctrlKey && !metaKey && !altKey && !shiftKey;

const isPlainKeyOnRow = (event: KeyboardEvent): boolean =>
  isPlain(event) && (event.target as HTMLElement).dataset['row'] === 'true';

const isOnLink = ({ target }: MouseEvent): boolean => (target as HTMLElement).closest('a') !== null;

function Header({ sort, onSort }: { sort: TenantSort; onSort: (sort: TenantSort) => void }) {
  return (
    <div role="rowgroup" className={styles['header']} style={{ display: 'block', padding: 0 }}>
      <div role="row" aria-rowindex={1} className={styles['header']}>
        <span role="columnheader">
          <span role="img" aria-label={tenantTexts.grid.ticked}>
            ✓
          </span>
        </span>
        {tenantColumns.map((column) => (
          <span
            key={column.title}
            role="columnheader"
            className={column.className}
            aria-sort={ariaSortOf(column, sort)}
          >
            {column.sort === undefined ? (
              column.title
            ) : (
              <button
                type="button"
                className={styles['sort']}
                onClick={() => onSort(nextSort(sort, column.sort!))}
              >
                {column.title} {arrowOf(ariaSortOf(column, sort))}
              </button>
            )}
          </span>
        ))}
      </div>
    </div>
  );
}

const arrowOf = (direction: string | undefined): string =>
  ({ ascending: '↑', descending: '↓' })[direction ?? ''] ?? '';

interface RowProps {
  readonly tenant: ListedTenant;
  readonly index: number;
  readonly isActive: boolean;
  readonly isOpen: boolean;
  readonly isTicked: boolean;
  readonly nameOf: TenantGridProps['nameOf'];
  readonly onFocus: (index: number) => void;
  readonly onOpen: (id: string) => void;
  readonly onPeek: (id: string) => void;
  readonly onTick: (id: string) => void;
}

const Row = memo(function Row({ tenant, index, isActive, isOpen, isTicked, nameOf, ...on }: RowProps) {
  const { tenant_id: id } = tenant;
  return (
    <div
      role="row"
      data-row="true"
      data-open={isOpen}
      aria-rowindex={index + 2}
      aria-selected={isTicked}
      tabIndex={isActive ? 0 : -1}
      className={styles['row']}
      style={{ insetBlockStart: index * rowHeight }}
      onFocus={() => on.onFocus(index)}
      onClick={(event) => {
        if (!isOnLink(event)) return on.onPeek(id);
        // With Ctrl and the like, the browser opens the link in a tab of its own.
        if (!isPlain(event)) return;
        event.preventDefault();
        on.onOpen(id);
      }}
      onDoubleClick={() => on.onOpen(id)}
    >
      <span role="gridcell">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={tenantTexts.grid.tick(id)}
          checked={isTicked}
          onChange={() => on.onTick(id)}
          onClick={(event) => event.stopPropagation()}
        />
      </span>
      {tenantColumns.map(({ title, className, cell }) => (
        <span key={title} role="gridcell" className={className}>
          {cell(tenant, nameOf)}
        </span>
      ))}
    </div>
  );
});
