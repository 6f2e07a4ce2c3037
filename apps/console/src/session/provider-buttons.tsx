import { Anchor, Button, Divider, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type MouseEvent, useState } from 'react';
import { send, toUrl } from '../api/client.js';
import { publicPath } from '../public-path.js';
import { sessionTexts } from './session.texts.js';

interface Provider {
  readonly id: string;
  readonly label: string;
}

/**
 * A button for each identity provider. Over a page they open a second window, since the page and what waits in it must stay; and the
 * provider asks also a person whom it still knows, since the act may need it.
 */
export function ProviderButtons({ isOverPage }: { isOverPage: boolean }) {
  const { data: providers = [] } = useQuery({
    queryKey: ['sign-in', 'connections'],
    queryFn: readProviders,
    retry: false,
    staleTime: 60_000,
  });
  if (providers.length === 0) return null;
  const ProviderButton = isOverPage ? SecondWindowButton : PageButton;
  return (
    <>
      {providers.map((provider) => (
        <ProviderButton key={provider.id} {...provider} />
      ))}
      <Divider label={sessionTexts.or} />
    </>
  );
}

async function readProviders(): Promise<readonly Provider[]> {
  const { data } = await send('get', '/v1/session/oidc/connections?limit=20', {});
  return (data as { items: readonly Provider[] }).items;
}

/** The browser comes back to the page that was asked for. */
function PageButton({ id, label }: Provider) {
  return (
    <Button component="a" href={startUrl(id, location.pathname + location.search)}>
      {sessionTexts.signInWith(label)}
    </Button>
  );
}

/** Says whether the window is open; where the browser refuses it, a plain link is left. */
function SecondWindowButton({ id, label }: Provider) {
  const [state, setState] = useState<'none' | 'open' | 'refused'>('none');
  const url = startUrl(id, `${publicPath}/account/signed-in`, { reauthenticate: 'true' });
  const openWindow = (event: MouseEvent): void => {
    event.preventDefault();
    setState(open(url, '_blank', 'popup,width=520,height=720') === null ? 'refused' : 'open');
  };
  return (
    <Stack gap={4}>
      <Button component="a" href={url} target="_blank" onClick={openWindow}>
        {sessionTexts.signInWith(label)}
      </Button>
      {state !== 'none' && (
        <Text size="sm" role="status">
          {sessionTexts.secondWindow[state]}{' '}
          {state === 'refused' && (
            <Anchor href={url} target="_blank" underline="always">
              {sessionTexts.openYourself}
            </Anchor>
          )}
        </Text>
      )}
    </Stack>
  );
}

function startUrl(connection: string, returnTo: string, more: { reauthenticate?: 'true' } = {}): string {
  const query = { connection, return_to: returnTo, ...more };
  return `${publicPath}${toUrl('/v1/session/oidc/start', {}, query)}`;
}
