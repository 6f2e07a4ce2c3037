import { Stack, Text } from '@mantine/core';
import { CopyLine } from '../act/copy-line.js';
import { Section } from '../states/section.js';
import { identityTexts } from './identity.texts.js';

const addresses = [
  [identityTexts.redirectUri, '/v1/session/oidc/callback'],
  [identityTexts.backChannelUri, '/v1/session/oidc/backchannel-logout'],
  [identityTexts.logoutUri, '/'],
] as const;

/** What has to be entered at an identity provider. */
export function ProviderAddresses() {
  return (
    <Section title={identityTexts.addresses}>
      <Text size="sm" c="dimmed">
        {identityTexts.addressesAbout}
      </Text>
      {addresses.map(([label, path]) => (
        <Stack key={label} gap={2}>
          <Text size="sm" fw={500}>
            {label}
          </Text>
          <CopyLine value={location.origin + path} label={label} />
        </Stack>
      ))}
    </Section>
  );
}
