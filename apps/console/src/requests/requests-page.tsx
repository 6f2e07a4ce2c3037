import { Anchor, Button, Code, Group, NativeSelect, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { Dialog } from '../act/dialog.js';
import { notifyDone } from '../act/notify.js';
import { reasonAgainst } from '../act/permission.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { useActorNames } from '../actors/use-actor-names.js';
import { DateText } from '../dates/date-text.js';
import { type Draft, type SettingsPatch, useDraft, writeDraft } from '../draft/draft-store.js';
import { ChangeList } from '../lists/change-list.js';
import { PagedList } from '../lists/paged-list.js';
import { usePlatformPages } from '../lists/use-platform-pages.js';
import { type Pages, useTenantPages } from '../lists/use-tenant-pages.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { useTenantQuery } from '../scope/use-tenant-query.js';
import { useTenantWrite } from '../scope/use-tenant-write.js';
import { useSession } from '../session/session-context.js';
import { StateBadge } from '../states/state-badge.js';
import { Screen } from '../states/screen.js';
import { EmptyState, NoMatch } from '../states/states.js';
import { searchChoice, useSearchState } from '../url-state/use-search-state.js';
import { requestTexts } from './requests.texts.js';
import type { ChangeRequest, ChangeRequestState } from './use-change-requests.js';
import { fillIn } from '../words/fill-in.js';
import { words } from '../words/words.texts.js';

const states = ['all', 'pending', 'applied', 'rejected', 'void', 'withdrawn'] as const;
const shape = { state: searchChoice(states) };
const path = '/v1/config/change-requests';

export function RequestsPage() {
  const { isPlatform } = useTenantScope();
  const [{ state }, set] = useSearchState(shape);
  const query = state === 'all' ? {} : { state };
  const clear = (): void => set({ state: 'all' });
  return (
    <Screen title={requestTexts.title} about={requestTexts.about}>
      <NativeSelect
        wrapperProps={{ role: 'search' }}
        label={words.state}
        w={200}
        value={state}
        data={[...states]}
        onChange={(event) => set({ state: event.currentTarget.value as typeof state }, { replace: true })}
      />
      {isPlatform ? (
        <PlatformRequests query={query} onClear={clear} />
      ) : (
        <TenantRequests query={query} onClear={clear} />
      )}
    </Screen>
  );
}

interface ListProps {
  readonly query: { readonly state?: ChangeRequestState };
  readonly onClear: () => void;
}

function TenantRequests(props: ListProps) {
  return <RequestList {...props} pages={useTenantPages(path, { query: props.query })} />;
}

function PlatformRequests(props: ListProps) {
  const { tenantId } = useTenantScope();
  const pages = usePlatformPages('/v1/platform/change-requests', {
    query: { ...props.query, tenant_id: tenantId },
  });
  return <RequestList {...props} pages={pages} />;
}

function RequestList({ pages, query, onClear }: ListProps & { readonly pages: Pages<ChangeRequest> }) {
  return (
    <PagedList
      pages={pages}
      empty={
        query.state === undefined ? (
          <EmptyState title={requestTexts.none}>{requestTexts.noneAbout}</EmptyState>
        ) : (
          <NoMatch onClear={onClear}>{requestTexts.noMatch}</NoMatch>
        )
      }
    >
      {(items) => items.map((request) => <RequestCard key={request.id} request={request} />)}
    </PagedList>
  );
}

function RequestCard({ request }: { request: ChangeRequest }) {
  const nameOf = useActorNames();
  return (
    <Paper withBorder p="md" component="article" aria-label={requestTexts.requestOf(request.created_at)}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Group gap="xs">
            <StateBadge state={request.state} />
            <Text size="sm">
              {fillIn(requestTexts.asked(request.base_version), {
                author: <span title={request.requested_by}>{nameOf(request.requested_by)}</span>,
                date: <DateText at={request.created_at} />,
              })}
            </Text>
          </Group>
          <RequestActs request={request} />
        </Group>
        {request.reason !== null && <Text size="sm">{request.reason}</Text>}
        <ChangeList changes={request.diff} />
        {request.void_reason !== null && <Text size="sm">{request.void_reason}</Text>}
        {request.decided_by !== null && request.decided_at !== null && (
          <Text size="sm">
            {fillIn(requestTexts.decided, {
              author: <span title={request.decided_by}>{nameOf(request.decided_by)}</span>,
              date: <DateText at={request.decided_at} />,
            })}
            {request.comment !== null && `: ${request.comment}`}
          </Text>
        )}
        {request.applied_version !== null && (
          <Anchor
            component={Link}
            to={`/tenants/${request.tenant_id}/history?version=${request.applied_version}`}
            size="sm"
          >
            {requestTexts.becameVersion(request.applied_version)}
          </Anchor>
        )}
      </Stack>
    </Paper>
  );
}

function RequestActs({ request }: { request: ChangeRequest }) {
  const [isOpen, setOpen] = useState(false);
  const reason = reasonAgainst(useSession(), { scope: 'config:propose' });
  if (request.state === 'pending')
    return (
      <>
        <ActButton
          reason={reason ?? reasonOf(request)}
          size="xs"
          variant="default"
          onClick={() => setOpen(true)}
        >
          {requestTexts.withdraw.open}
        </ActButton>
        {isOpen && <Withdraw request={request} onClose={() => setOpen(false)} />}
      </>
    );
  return request.state !== 'applied' && request.kind === 'update' ? (
    <AskAgain request={request} reason={reason} />
  ) : null;
}

/** Why the tenant may not withdraw the request. */
function reasonOf({ requested_by_role: role }: ChangeRequest): string | null {
  return role === 'platform_admin' ? requestTexts.withdraw.refused : null;
}

function Withdraw({ request: { id }, onClose }: { request: ChangeRequest; onClose: () => void }) {
  const scope = useTenantScope();
  const write = useTenantWrite();
  const withdraw = '/v1/config/change-requests/{id}/withdraw';
  return (
    <ReviewSheet
      title={requestTexts.withdraw.title}
      action={requestTexts.withdraw.action}
      request={{ method: 'POST', url: scope.urlOf(withdraw, { id }) }}
      onConfirm={async (request) => {
        await write('post', withdraw, { params: { id } }, [path]);
        notifyDone({ message: requestTexts.withdraw.done, request });
      }}
      onClose={onClose}
    >
      <Text size="sm">{requestTexts.withdraw.about}</Text>
      <Code>{id}</Code>
    </ReviewSheet>
  );
}

/** Makes the request's patch the draft, and opens its review. A draft that is there already is not lost unasked. */
function AskAgain({ request, reason }: { request: ChangeRequest; reason: string | null }) {
  const { tenantId } = useTenantScope();
  const navigate = useNavigate();
  const [isAsked, setAsked] = useState(false);
  const draft = useDraft(tenantId);
  const { data } = useTenantQuery('/v1/config', { query: { include: 'sources' } });
  const ask = (): void => {
    if (!data) return;
    writeDraft(tenantId, { baseVersion: data.version, patch: request.patch as SettingsPatch });
    void navigate('../configuration?review=1', { relative: 'path' });
  };
  return (
    <>
      <ActButton
        reason={reason}
        size="xs"
        variant="default"
        onClick={draft === null ? ask : () => setAsked(true)}
      >
        {requestTexts.again}
      </ActButton>
      {isAsked && draft !== null && (
        <ReplaceDraft draft={draft} onReplace={ask} onClose={() => setAsked(false)} />
      )}
    </>
  );
}

interface ReplaceDraftProps {
  readonly draft: Draft;
  readonly onReplace: () => void;
  readonly onClose: () => void;
}

function ReplaceDraft({ draft, onReplace, onClose }: ReplaceDraftProps) {
  return (
    <Dialog onClose={onClose} title={requestTexts.replaceTitle}>
      <Stack>
        <Text size="sm">{requestTexts.replace(Object.keys(draft.patch))}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {requestTexts.keep}
          </Button>
          <Button color="red" onClick={onReplace}>
            {requestTexts.discard}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
