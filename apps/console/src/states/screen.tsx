import { Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import '../screen-styles.js';

export interface ScreenProps {
  readonly title: string;
  /** One sentence: what the screen is for. */
  readonly about?: ReactNode;
  /** The screen's acts, at the right of its title. */
  readonly actions?: ReactNode;
  /** For wide tables: the screen takes the whole window. */
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

/** A screen with its heading. The heading and the acts stay where they are while the rest is loaded. */
export function Screen({ title, about, actions, isWide = false, children }: ScreenProps) {
  useEffect(() => {
    document.title = `${title} · Attune`;
  }, [title]);
  return (
    <Stack gap="lg" maw={isWide ? undefined : 1200}>
      <Group justify="space-between" align="flex-start">
        <Stack gap={4}>
          <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
          {about !== undefined && (
            <Text c="dimmed" size="sm" maw={680}>
              {about}
            </Text>
          )}
        </Stack>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
