import type { Provider } from '@nestjs/common';
import { OpenChangeRequestService } from '../src/approvals/open-change-request.service.js';
import { ApprovalQueue } from '../src/change/change.js';

/** The ports that this library fills itself. A test's root module binds them, as `AppModule` does in the product. */
export const configPorts: readonly Exclude<Provider, Function>[] = [
  { provide: ApprovalQueue, useExisting: OpenChangeRequestService },
];
