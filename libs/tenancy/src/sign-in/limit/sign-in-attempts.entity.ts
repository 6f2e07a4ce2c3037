import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When somebody at an address tried to sign in within the last minute. */
@Entity('sign_in_attempts')
export class SignInAttemptsEntity {
  @PrimaryColumn('text') readonly address!: string;
  /** Newest first. */
  @Column('timestamptz', { array: true }) readonly tried_at!: readonly Date[];
}
