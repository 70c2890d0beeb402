/**
 * The tables. Only random ids, states and times: nothing a person typed is in a column, and codes are there as MACs.
 *
 * Instants are milliseconds since 1970; booleans are 0 or 1, because SQLite has neither type.
 */
import type { Generated, Selectable } from 'kysely';
import type { Lane } from '../../referral/envelope.ts';

/**
 * `waiting`: nobody has been told. `handed-over`: a mail server took the notice. `acknowledged`: somebody entered the
 * inner code. `superseded`: the person sent the same form again with other answers. `withdrawn`: the person took it
 * back, or sent it to another service instead. `closed`: the sealed text is gone, because it was acknowledged,
 * superseded, or a named person decided so (then `acknowledged_at` is null).
 */
export type ReferralState =
  'waiting' | 'handed-over' | 'acknowledged' | 'superseded' | 'withdrawn' | 'closed';

export type ReferralTable = {
  reference: string;
  service: string;
  state: ReferralState;
  lane: Lane;
  /** Equal for every post of one rendered form. */
  form_key_mac: string;
  /** 1, then 2 and 3 for corrections sent with the same form. */
  version: number;
  /** Tells a repeated post from a corrected one; cleared after 48 hours. */
  content_mac: string | null;
  /** Null when the person wanted no code, and after the code has expired. */
  receipt_mac: string | null;
  inner_code_mac: string;
  wrong_codes: number;
  /** Null once it is gone. */
  sealed: Uint8Array | null;
  /** 1 when it was made to try the way out, and no person is waiting. */
  test: Generated<number>;
  accepted_at: number;
  /** When a mail server first took its notice. */
  handed_over_at: number | null;
  acknowledged_at: number | null;
  /** When the person last said that they have heard nothing. */
  heard_nothing_at: number | null;
  closed_at: number | null;
  /** How often a service has handed it on to another. Links and notices of an earlier service open it no more. */
  handed_on: Generated<number>;
  /** The last that did so, and when; its inner code then, so that the same press again is known. */
  handed_on_from: string | null;
  handed_on_at: number | null;
  handed_on_code_mac: string | null;
  /** How often it may still be handed on before the operator is asked. */
  hand_ons_left: Generated<number>;
  /** 1 while the second copy is older than the sealed text here. */
  copy_owed: Generated<number>;
};

/** `policing-body` goes to whoever answers for the service; all others go to the service. */
export type NoticeKind = 'referral' | 'withdrawn' | 'reminder' | 'policing-body';

/** `cancelled`: no longer wanted before it was sent. */
export type NoticeState = 'due' | 'sent' | 'cancelled';

/** The outbox: one row per notice and address. */
export type NoticeTable = {
  id: Generated<number>;
  reference: string;
  service: string;
  kind: NoticeKind;
  /** Which of the service's ways in the directory, from 0: its case system if it has one, then its mail addresses. */
  address: number;
  lane: Lane;
  state: NoticeState;
  next_at: number;
  /** When it could first go; null in rows older than the column. */
  first_due_at: number | null;
  /** 1, then 2 and on for reminders that go again, so that a mailbox does not take them for copies. */
  round: Generated<number>;
  attempts: number;
  /** A courier is busy with it until then, or died while it was. */
  lease_until: number | null;
  /** 1 when an attempt broke off where the mail server may already have had the message. */
  maybe_sent: number;
  /** 1 when it may go in one mail with others of the same service, address and lane. */
  together: Generated<number>;
  /** How often the referral had been handed on when this was queued: it is for the service of that time. */
  handed_on: Generated<number>;
  sent_at: number | null;
  /** Where it was tried: a mail address, or `webhook`. Which way an `address` stands for may change in the directory. */
  tried_at: string | null;
};

/** What happened, in order, without a person's data. `detail` is a code. */
export type AuditTable = {
  /** Counted by the chain, without gaps. */
  seq: number;
  at: number;
  event: string;
  reference: string | null;
  detail: string | null;
  /** Over this row and the hash of the one before it: `chain.ts`. */
  hash: string;
};

/** References whose text has gone and that are not yet noted outside the database: `tombstones.ts`. */
export type TombstoneTable = { reference: string; kind: TombstoneKind; day: string };

/** `purged`: after somebody read it. `deleted`: unread, by a named decision. `withdrawn` by the person. */
export type TombstoneKind = 'purged' | 'deleted' | 'withdrawn';

/** Numbers without people. `month` is '2026-11'. */
export type CounterTable = { month: string; name: string; value: string; total: number };

/** Each row raises one counter by one, within the next minute. */
export type CounterDueTable = Omit<CounterTable, 'total'>;

/** Something waits for the operator. Empty strings where a task has no reference or service. */
export type TaskTable = {
  id: Generated<number>;
  code: string;
  reference: string;
  service: string;
  at: number;
  /** When the operator was told of it by mail. */
  told_at: number | null;
  closed: number | null;
};

/** What is done, once each, while a service has not answered, or not heard; `src/server/delivery/escalate.ts` says when. */
export type EscalationStep =
  | 'late-4h'
  | 'late-24h'
  | 'remind'
  | 'phone'
  | 'policing-body'
  | 'decide-30'
  | 'decide-90'
  | 'no-contact-4h'
  | 'no-contact-24h'
  | 'test';

/**
 * One row for each step that was taken, or that a later one has made needless. `dated-ahead` is none: it tells when
 * something of the referral was found to be still to come, and its steps count from then.
 */
export type EscalationTable = { reference: string; step: EscalationStep | 'dated-ahead'; at: number };

export type MetaTable = { name: string; value: string };

export type Tables = {
  referral: ReferralTable;
  notice: NoticeTable;
  audit: AuditTable;
  counter: CounterTable;
  counter_due: CounterDueTable;
  task: TaskTable;
  escalation: EscalationTable;
  meta: MetaTable;
  tombstone: TombstoneTable;
};

export type ReferralRow = Selectable<ReferralTable>;
export type NoticeRow = Selectable<NoticeTable>;
export type CounterRow = Selectable<CounterTable>;
export type TaskRow = Selectable<TaskTable>;
