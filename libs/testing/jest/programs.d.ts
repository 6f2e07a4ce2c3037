type Program =
  | 'postgres'
  | 'redis'
  | 'nginx'
  | 'openssl'
  | 'wrk'
  | 'promtool'
  | 'amtool'
  | 'pgbouncer'
  | 'unzip'
  | 'chromium';

export function findPrograms<Needed extends Program>(
  needed: Readonly<Record<Needed, true>>,
): Readonly<Record<Needed, string>>;

/**
 * The path of Chromium: what `TEST_CHROMIUM` names, else what is on the PATH; it is installed where the system lets us.
 *
 * @throws Error that says what is missing and how to give it.
 */
export function findChromium(): string;
