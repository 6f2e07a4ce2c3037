type Program = 'postgres' | 'redis' | 'nginx' | 'openssl' | 'wrk';

export function findPrograms<Needed extends Program>(
  needed: Readonly<Record<Needed, true>>,
): Readonly<Record<Needed, string>>;
