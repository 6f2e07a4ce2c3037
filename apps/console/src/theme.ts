import { Badge, type CSSVariablesResolver, createTheme } from '@mantine/core';

/** Quiet: one accent colour, the system's fonts, small radii. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 8 },
  defaultRadius: 'sm',
  fontFamily: 'system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, monospace',
  headings: { fontFamily: 'system-ui, sans-serif', fontWeight: '600' },
  autoContrast: true,
  components: { Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm' } }) },
});

/** Secondary text that everybody can read: at least 4.5:1 on each background of the page. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-dimmed': '#5c636a', '--mantine-color-placeholder': '#6b7178' },
  dark: { '--mantine-color-dimmed': '#a8a8a8', '--mantine-color-placeholder': '#a8a8a8' },
});
