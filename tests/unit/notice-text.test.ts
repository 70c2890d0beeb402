import assert from 'node:assert/strict';
import test from 'node:test';
import { noticeSubject, noticeText, type NoticeFacts } from '../../src/server/delivery/notice-text.ts';

const link = `https://portal.example/en/p/#7K2Q9FXB.${'a'.repeat(32)}`;
const facts: NoticeFacts = {
  kind: 'referral',
  references: ['7K2Q9FXB'],
  lane: 'normal',
  linkIn: () => link,
  operatorPhone: '01632 960000',
};

test('a notice says that something waits, where, by when, and whom to phone', () => {
  const text = noticeText(facts, ['en']);
  assert.match(text, /^Reference: 7K2Q-9FXB$/mu);
  assert.ok(text.split('\n').includes(link));
  assert.match(text, /within one working day/u);
  assert.match(text, /01632 960000/u);
  assert.match(text, /may have had this notice before/u);
});

test('its lines fit every mail program, but a link is never broken', () => {
  for (const line of noticeText(facts, ['en']).split('\n')) {
    assert.ok(line.length <= 72 || line === link, line);
  }
});

test('the lines of every kind of notice fit, in both languages', () => {
  for (const kind of ['referral', 'withdrawn', 'reminder', 'policing-body'] as const) {
    const text = noticeText({ ...facts, kind, service: 'Northfield Restorative Service' }, ['en', 'cy']);
    for (const line of text.split('\n')) assert.ok(line.length <= 72 || line === link, line);
    assert.doesNotMatch(text, /\{\{|undefined/u);
    assert.match(text, /^Cyfeirnod: 7K2Q-9FXB$/mu);
  }
});

test('whoever answers for a service is told which and which reference, and gets no link', () => {
  const text = noticeText({ ...facts, kind: 'policing-body', service: 'Northfield' }, ['en', 'cy']);
  assert.match(text, /^Service: Northfield$/mu);
  assert.match(text, /^Gwasanaeth: Northfield$/mu);
  assert.doesNotMatch(text, /https:/u);
});

test('its subject is a constant and the reference', () => {
  assert.equal(noticeSubject('referral', ['7K2Q9FXB']), 'New message 7K2Q-9FXB');
  assert.equal(noticeSubject('withdrawn', ['7K2Q9FXB']), 'Update on message 7K2Q-9FXB');
  assert.equal(noticeSubject('reminder', ['7K2Q9FXB']), 'Reminder about message 7K2Q-9FXB');
  assert.equal(noticeSubject('policing-body', ['7K2Q9FXB']), 'Message 7K2Q-9FXB waits for an answer');
});

test('a withdrawal says not to make contact and has no link', () => {
  const text = noticeText({ ...facts, kind: 'withdrawn' }, ['en']);
  assert.match(text, /do not\smake\scontact/u);
  assert.doesNotMatch(text, /https:/u);
});

test('a notice that was held says so', () => {
  assert.doesNotMatch(noticeText(facts, ['en']), /held back/u);
  assert.match(noticeText({ ...facts, lane: 'held' }, ['en']), /held back/u);
});
