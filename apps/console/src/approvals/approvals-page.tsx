import { NativeSelect, Stack, Text, UnstyledButton } from '@mantine/core';
import { useLetters } from '../keyboard/use-letters.js';
import { moveIn } from '../lists/grid-keys.js';
import { PagedList } from '../lists/paged-list.js';
import { useOpenRow } from '../lists/use-open-row.js';
import { usePlatformPages } from '../lists/use-platform-pages.js';
import { PlainDate } from '../dates/plain-date.js';
import { Screen } from '../states/screen.js';
import { EmptyState, NoMatch } from '../states/states.js';
import { searchChoice, searchText, useSearchState } from '../url-state/use-search-state.js';
import { approvalTexts } from './approvals.texts.js';
import { type ChangeRequest, RequestDetails } from './request-details.js';
import styles from './approvals.module.css';
import { words } from '../words/words.texts.js';

const states = ['pending', 'applied', 'rejected', 'void', 'withdrawn'] as const;
const shape = { state: searchChoice(states), tenant: searchText, open: searchText };

/** The inbox of changes that need a platform admin: the list, and beside it what the chosen one changes. */
export function ApprovalsPage() {
  const [{ state, tenant, open }, setSearch] = useSearchState(shape);
  const pages = usePlatformPages('/v1/platform/change-requests', {
    query: { state, ...(tenant !== '' && { tenant_id: tenant }) },
  });
  const { items } = pages;
  const at = Math.max(
    0,
    items.findIndex(({ id }) => id === open),
  );
  const choose = (index: number): void => setSearch({ open: items[index]?.id ?? '' }, { replace: true });
  const move = (key: string) => (): void => choose(moveIn(key, open === '' ? -1 : at, items.length) ?? 0);
  useLetters({ j: move('j'), k: move('k') });
  const chosen = useOpenRow(open, pages) ?? items[0];
  return (
    <Screen title={approvalTexts.title} about={approvalTexts.about} isWide>
      <NativeSelect
        wrapperProps={{ role: 'search' }}
        label={words.state}
        maw={200}
        data={[...states]}
        value={state}
        onChange={(event) =>
          setSearch({ state: event.currentTarget.value as (typeof states)[number], open: '' })
        }
      />
      <div className={styles['layout']}>
        <div className={styles['list']}>
          <PagedList
            pages={pages}
            empty={
              state === 'pending' && tenant === '' ? (
                <EmptyState title={approvalTexts.nothingTitle}>{approvalTexts.nothing}</EmptyState>
              ) : (
                <NoMatch onClear={() => setSearch({ state: 'pending', tenant: '', open: '' })}>
                  {approvalTexts.noMatch}
                </NoMatch>
              )
            }
          >
            {(requests) => (
              <RequestList
                requests={requests}
                chosen={chosen?.id}
                onChoose={(id) => setSearch({ open: id })}
              />
            )}
          </PagedList>
        </div>
        {chosen && (
          <div className={styles['details']}>
            <RequestDetails
              key={chosen.id}
              request={chosen}
              onDecided={() =>
                setSearch({ open: items.find(({ id }) => id !== chosen.id)?.id ?? '' }, { replace: true })
              }
            />
          </div>
        )}
      </div>
    </Screen>
  );
}

interface RequestListProps {
  readonly requests: readonly ChangeRequest[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

function RequestList({ requests, chosen, onChoose }: RequestListProps) {
  return (
    <Stack
      gap={4}
      component="ul"
      p={0}
      m={0}
      style={{ listStyle: 'none' }}
      aria-label={approvalTexts.requests}
    >
      {requests.map(({ id, tenant_id: tenant, diff, kind, created_at: at }) => (
        <li key={id}>
          <UnstyledButton
            className={styles['item']}
            aria-current={id === chosen ? 'true' : undefined}
            onClick={() => onChoose(id)}
          >
            <Text size="sm" fw={600}>
              {tenant}
            </Text>
            <Text size="sm" truncate>
              {diff.length === 0 ? kind : diff.map(({ field }) => field).join(', ')}
            </Text>
            <Text size="xs" c="dimmed">
              <PlainDate at={at} />
            </Text>
          </UnstyledButton>
        </li>
      ))}
    </Stack>
  );
}
