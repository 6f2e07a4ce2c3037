type Program = 'postgres' | 'redis' | 'nginx' | 'openssl' | 'wrk' | 'pgbouncer' | 'unzip' | 'chromium';

export function findPrograms<Needed extends Program>(
  needed: Readonly<Record<Needed, true>>,
): Readonly<Record<Needed, string>>;
