// Before the first paint, so that a dark page never flashes white. Mantine keeps the choice under this key.
const chosen = localStorage.getItem('attune-color-scheme') ?? 'auto';
const isDark = chosen === 'auto' ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';
document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light');
