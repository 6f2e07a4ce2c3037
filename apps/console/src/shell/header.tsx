import { Anchor, Burger, Button, Group, Kbd, Text, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { onWrite } from '../api/client.js';
import { ownNameOf } from '../actors/actor-text.js';
import { useSession } from '../session/session-context.js';
import { homePathOf } from './navigation.js';
import { shellTexts } from './shell.texts.js';
import { TenantHead } from './tenant-head.js';
import { useSignOut } from './use-sign-out.js';

export interface HeaderProps {
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onSearch: () => void;
}

/** The head of every screen: the tenant and its version, the palette, what is left of the hour's changes, and the session. */
export function Header({ isOpen, onToggle, onSearch }: HeaderProps) {
  const session = useSession();
  return (
    <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="xs">
      <Group gap="sm" wrap="nowrap" miw={0}>
        <Burger
          opened={isOpen}
          onClick={onToggle}
          hiddenFrom="sm"
          size="sm"
          aria-label={shellTexts.navigation}
        />
        <Anchor component={Link} to={homePathOf(session)} fw={700} underline="never" c="inherit">
          Attune
        </Anchor>
        <TenantHead />
      </Group>
      <Group gap="xs" wrap="nowrap">
        <ChangesLeft />
        <Button
          variant="default"
          size="xs"
          onClick={onSearch}
          aria-keyshortcuts="Control+K"
          rightSection={<Kbd size="xs">Ctrl K</Kbd>}
          visibleFrom="sm"
        >
          {shellTexts.search}
        </Button>
        <Button variant="default" size="xs" onClick={onSearch} aria-label={shellTexts.search} hiddenFrom="sm">
          <SearchIcon />
        </Button>
        <Group gap="xs" wrap="nowrap" visibleFrom="sm">
          <SessionButtons />
        </Group>
      </Group>
    </Group>
  );
}

function SearchIcon() {
  return (
    <svg
      width="14"
      height="14"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      aria-hidden
    >
      <circle cx="7" cy="7" r="5" />
      <path d="m11 11 4 4" />
    </svg>
  );
}

/** What is left of the tenant's changes of this hour; read again after each write. */
function ChangesLeft() {
  const { changes } = useSession();
  const client = useQueryClient();
  useEffect(() => onWrite(() => void client.invalidateQueries({ queryKey: ['session'] })), [client]);
  if (!changes) return null;
  return (
    <Text size="sm" fw={changes.remaining === 0 ? 700 : 400} className="numbers" visibleFrom="md">
      {shellTexts.changesLeft(changes.remaining, changes.limit)}
    </Text>
  );
}

/** The theme, who is signed in, and the way out; on a narrow window they are below the navigation. */
export function SessionButtons() {
  return (
    <>
      <ColorSchemeButton />
      <SignedInName />
      <SignOutButton />
    </>
  );
}

function ColorSchemeButton() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const next = { light: 'dark', dark: 'auto', auto: 'light' } as const;
  return (
    <Button variant="subtle" size="xs" px={6} onClick={() => setColorScheme(next[colorScheme])}>
      {shellTexts.colours(colorScheme)}
    </Button>
  );
}

function SignedInName() {
  const { name, actor } = useSession();
  return (
    <Text size="xs" maw={160} truncate title={actor}>
      {ownNameOf({ name, actor })}
    </Text>
  );
}

function SignOutButton() {
  const signOut = useSignOut();
  const { name, actor } = useSession();
  return (
    <Button
      variant="subtle"
      size="xs"
      px={6}
      onClick={() => void signOut()}
      title={actor}
      aria-label={shellTexts.signOutOf(ownNameOf({ name, actor }))}
    >
      {shellTexts.signOut}
    </Button>
  );
}
