import { Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { CopyLine } from '../act/copy-line.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { Section } from '../states/section.js';
import { Screen } from '../states/screen.js';
import { Loaded } from '../states/states.js';
import { ConnectionSheet } from './connection-sheet.js';
import { ConnectionState } from './connection-state.js';
import { identityTexts } from './identity.texts.js';
import { MappingsEditor } from './mappings-editor.js';
import { DeleteConnection, SwitchConnection } from './switch-sheets.js';
import { type Connection, useConnection, useMappings } from './use-connections.js';
import { words } from '../words/words.texts.js';

/** One identity connection: what it is, and which claims give which roles. */
export function ConnectionPage() {
  const { id = '' } = useParams();
  const connection = useConnection(id);
  const mappings = useMappings(id);
  return (
    <Screen
      title={connection.data?.label ?? id}
      actions={connection.data && <Acts connection={connection.data} />}
    >
      <Loaded query={connection}>
        {(data) => (
          <Stack>
            <Facts connection={data} />
            <Loaded query={mappings}>
              {(stored) => <MappingsEditor connection={data} stored={stored} />}
            </Loaded>
          </Stack>
        )}
      </Loaded>
    </Screen>
  );
}

function Acts({ connection }: { connection: Connection }) {
  const [act, setAct] = useState<'edit' | 'switch' | 'delete' | null>(null);
  const navigate = useNavigate();
  const role = usePlatformRefusal();
  const refusal = role ?? (connection.from_environment ? identityTexts.fromEnvironment : null);
  const close = (): void => setAct(null);
  const acts = [
    ['edit', words.change],
    ['switch', connection.enabled ? identityTexts.disable : identityTexts.enableAct],
    ['delete', words.delete],
  ] as const;
  return (
    <>
      {acts.map(([name, label]) => (
        <ActButton key={name} variant="default" reason={refusal} onClick={() => setAct(name)}>
          {label}
        </ActButton>
      ))}
      {act === 'edit' && <ConnectionSheet connection={connection} onClose={close} />}
      {act === 'switch' && <SwitchConnection connection={connection} onClose={close} />}
      {act === 'delete' && (
        <DeleteConnection connection={connection} onGone={() => void navigate('/identity')} onClose={close} />
      )}
    </>
  );
}

function Facts({ connection }: { connection: Connection }) {
  const { id, issuer, client_id, has_client_secret, scopes, claim, tenant_id } = connection;
  const facts = [
    [words.state, <ConnectionState key="state" connection={connection} />],
    [words.id, id],
    [identityTexts.issuer, issuer],
    [identityTexts.clientId, client_id],
    [identityTexts.clientSecret, has_client_secret ? identityTexts.secretStored : identityTexts.publicClient],
    [words.scopes, scopes.join(' ')],
    [identityTexts.claim, claim],
    [identityTexts.givesRolesAt, tenant_id ?? identityTexts.platformAndTenants],
  ] as const;
  return (
    <Section title={identityTexts.connection}>
      {connection.from_environment && <Text size="sm">{identityTexts.fromEnvironment}</Text>}
      <Table aria-label={identityTexts.connection}>
        <Table.Tbody>
          {facts.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" w={140}>
                {name}
              </Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {tenant_id !== null && (
        <>
          <Text size="sm">{identityTexts.tenantLink}</Text>
          <CopyLine
            value={`${location.origin}/v1/session/oidc/start?connection=${id}`}
            label={identityTexts.signInAddress}
          />
        </>
      )}
    </Section>
  );
}
