type Program = 'postgres' | 'redis' | 'nginx';

export function findPrograms<Needed extends Program>(
  needed: Readonly<Record<Needed, true>>,
): Readonly<Record<Needed, string>>;
