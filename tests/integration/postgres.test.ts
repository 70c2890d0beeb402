/** What only PostgreSQL does to a store: it restarts, ends connections, and finds that two changes wait for each other. */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { StoreError } from '../../src/server/failure.ts';
import { accept } from '../../src/server/store/accept.ts';
import { inTurn } from '../../src/server/store/store.ts';
import { aSealedReferral } from '../support/sealed-referral.ts';
import { cutConnections, testOnPostgres } from '../support/stores.ts';

testOnPostgres(
  'a connection cut between two statements refuses that change, ends nothing, and the next one is kept',
  async (_, store) => {
    const change = inTurn(store, 'test', async () => {
      await cutConnections(store);
      // The news arrives while no statement is there to hear it.
      await wait(200);
    });
    await assert.rejects(change, StoreError);
    const referral = aSealedReferral();
    assert.equal((await accept(store, referral)).reference, referral.reference);
  },
);
