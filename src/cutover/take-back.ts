import type { Session } from '../db/session.js';
import { readForeignKeys } from '../schema/foreign-keys.js';
import { isSame, type CutoverChange } from './change.js';
import { alter, enteringKeys, enteringName, leaveSql } from './rewiring.js';

/** After a RENAME that has not happened: the shadow gets the names of its constraints back. May be repeated; needs a session of the engine's. */
export async function takeBackEnteringNames(session: Session, change: CutoverChange): Promise<void> {
  for (const entering of enteringKeys(change)) {
    const { shadow } = entering.table;
    const keys = await readForeignKeys(session, shadow.schema);
    const isRenamed = keys.some(
      ({ child, name }) => isSame(child, shadow) && entering.keys.some((key) => enteringName(key).name === name),
    );
    if (isRenamed) await alter(session, leaveSql(change, entering));
  }
}
