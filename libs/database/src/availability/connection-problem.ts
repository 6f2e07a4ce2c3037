import { isNativeError } from 'node:util/types';
import { isUnreadableFile, sqlStateOf } from './connection-errors.js';

/** TLS errors of Node.js that mean: the certificate is not trusted. */
const untrustedCertificateCodes = new Set([
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
const certificateRemedy =
  'add sslmode=verify-full&sslrootcert=<file with the authority’s certificate> to the URL, or sslmode=no-verify for encryption without a check';
const fileRemedy =
  'sslrootcert, sslcert and sslkey in the URL name files that the service must be able to read';
const tlsRemedy = 'the server has TLS off; turn it on, or add sslmode=disable to the URL';

/**
 * The error of a connection that an operator has to mend, with the name of the variable before it and the remedy after it: a wrong user,
 * password or database, or TLS. Any other value is returned as it is.
 */
export function explainConnectionError(variable: string, error: unknown): unknown {
  if (!isNativeError(error)) return error;
  const remedy = findRemedy(error);
  const isWrongLogin = /^(28|3D)/.test(sqlStateOf(error) ?? '');
  if (remedy === null && !isWrongLogin) return error;
  return new Error(`${variable}: ${error.message}${remedy === null ? '.' : `; ${remedy}.`}`, {
    cause: error,
  });
}

function findRemedy(error: Error): string | null {
  if (untrustedCertificateCodes.has(String((error as NodeJS.ErrnoException).code))) return certificateRemedy;
  if (isUnreadableFile(error)) return fileRemedy;
  return error.message.includes('does not support SSL connections') ? tlsRemedy : null;
}
