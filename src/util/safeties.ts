/**
 * The mechanisms that keep data right, each with a switch, so that tests can show that the ledger notices when one is missing.
 * Internal: no option, flag or configuration reaches them; everything is on unless a test says otherwise.
 */
export interface Safeties {
  /** I3: changed keys are re-read with LOCK IN SHARE MODE. */
  readonly lockingRead: boolean;
  /** I3: what an event says is gone is decided by a read while the table is copied. */
  readonly deletesDecided: boolean;
  /** I4: copier and applier of a table take turns. */
  readonly exclusion: boolean;
  /** I1: the backlog is applied under the lock before the RENAME. */
  readonly drain: boolean;
  /** I2: sessions that keep every table's name locked between the lock and the RENAME. */
  readonly guards: boolean;
  /** Rows that InnoDB changed through a foreign key, without an event, are found and applied. */
  readonly cascades: boolean;
  /** I9: rows are compared before the cutover. */
  readonly verification: boolean;
}

export const allSafeties: Safeties = {
  lockingRead: true,
  deletesDecided: true,
  exclusion: true,
  drain: true,
  guards: true,
  cascades: true,
  verification: true,
};
