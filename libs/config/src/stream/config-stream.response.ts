import { DateTimeField, StringField } from '#http';

/** A ticket for streams whose clients cannot send headers. */
export class StreamTicketResponse {
  @StringField({
    description:
      'For `?ticket=` of a stream. It may only read, it is the same for one key within an hour, and it ends with its key',
    example: '4f1c2a9b7d3e5f60.495011.Zk1uYzJ4Q2p0b3pXbDhxRg',
  })
  ticket!: string;

  @DateTimeField({ description: 'Until then it opens streams. A stream that is open goes on' })
  expires_at!: string;
}
