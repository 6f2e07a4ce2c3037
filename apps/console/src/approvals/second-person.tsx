import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { approvalTexts } from './approvals.texts.js';

const texts = approvalTexts.secondPerson;

/** How an installation with one platform admin gets a second person, who may decide. */
export function SecondPerson() {
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {texts.title}
      </Text>
      <Text size="sm">{texts.how}</Text>
      <Group gap="md">
        <Anchor component={Link} to="/platform-keys" size="sm">
          {texts.keys}
        </Anchor>
        <Anchor component={Link} to="/identity" size="sm">
          {texts.identity}
        </Anchor>
      </Group>
    </Stack>
  );
}
