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
