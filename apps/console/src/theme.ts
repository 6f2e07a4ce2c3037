import { Badge, createTheme } from '@mantine/core';

/** Quiet: one accent colour, the system's fonts, small radii. */
export const theme = createTheme({
  primaryColor: 'indigo',
  defaultRadius: 'sm',
  fontFamily: 'system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, monospace',
  headings: { fontFamily: 'system-ui, sans-serif', fontWeight: '600' },
  autoContrast: true,
  components: { Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm' } }) },
});
