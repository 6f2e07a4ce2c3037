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
  components: {
    // In a narrow column of a table the word is not cut.
    Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm', miw: 'max-content' } }),
    // The page has one banner; the head of a dialog is none. Only the name of the component: its code is loaded with the dialogs.
    Modal: { defaultProps: { attributes: { header: { role: 'presentation' } } } },
  },
});

/** Text in these colours on white and on their lightest shade has at least 4.5:1; Mantine's own has less. */
const readable = {
  red: '#c92a2a',
  orange: '#a83208',
  yellow: '#7a4d00',
  green: '#22702f',
  teal: '#08765b',
};

/** Of these the filled buttons are readable with white text, too. */
const filled = ['red', 'green', 'teal'];

function readableVariables([name, text]: readonly [string, string]): [string, string][] {
  const variable = (part: string): string => `--mantine-color-${name}-${part}`;
  return [
    [variable('light'), `var(${variable('0')})`],
    [variable('light-hover'), `var(${variable('1')})`],
    [variable('light-color'), text],
    [variable('outline'), text],
    [variable('text'), text],
    ...(filled.includes(name)
      ? [variable('filled'), variable('filled-hover')].map((each): [string, string] => [each, text])
      : []),
  ];
}

/** Secondary and coloured text that everybody can read: at least 4.5:1 on each background of the page. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5c636a',
    '--mantine-color-placeholder': '#6b7178',
    ...Object.fromEntries(Object.entries(readable).flatMap(readableVariables)),
    '--mantine-color-indigo-light-hover': 'var(--mantine-color-indigo-1)',
    '--mantine-color-error': '#c92a2a',
  },
  dark: {
    '--mantine-color-dimmed': '#a8a8a8',
    '--mantine-color-placeholder': '#a8a8a8',
    '--mantine-color-error': '#ff8787',
  },
});
