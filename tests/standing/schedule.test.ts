import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextDue } from '../../src/standing/schedule.ts'

/** A local time, in milliseconds since 1970. */
const at = (day: number, hour: number, minute = 0) => new Date(2026, 5, day, hour, minute).getTime()

test('a daily digest is due at the next eight in the morning, here', () => {
  assert.equal(nextDue('day', at(3, 7, 59)) * 1000, at(3, 8))
  assert.equal(nextDue('day', at(3, 8)) * 1000, at(4, 8))
  assert.equal(nextDue('day', at(30, 12)) * 1000, new Date(2026, 6, 1, 8).getTime())
})

test('a weekly digest is due on the next Monday', () => {
  // The first of June 2026 is a Monday.
  assert.equal(nextDue('week', at(1, 7)) * 1000, at(1, 8))
  assert.equal(nextDue('week', at(1, 9)) * 1000, at(8, 8))
  assert.equal(nextDue('week', at(7, 23)) * 1000, at(8, 8))
})
