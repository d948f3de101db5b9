import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog, logLevels } from '../src/log.ts'
import fc, { anyCodePoints } from './laws.ts'

type Level = (typeof logLevels)[number]

/** What a log of this level and these secrets writes. */
function logged(level: Level, secrets: readonly string[] = []) {
  const lines: string[] = []
  return { lines, log: createLog(level, secrets, (line) => lines.push(line)) }
}

test('an event is one line: time, level, message, details', () => {
  const { log, lines } = logged('info')
  log.info('index opened', { reports: 5 })
  log.warn('careful')
  assert.equal(lines.length, 2)
  assert.match(lines[0]!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info {2}index opened \{"reports":5\}\n$/)
  assert.match(lines[1]!, /Z warn {2}careful\n$/)
})

test('only events at least as severe as the level are written', () => {
  for (const [i, level] of logLevels.entries()) {
    const { log, lines } = logged(level)
    for (const severity of logLevels) log[severity](severity)
    assert.deepEqual(
      lines.map((line) => line.trim().split(' ').at(-1)),
      logLevels.slice(0, i + 1),
    )
  }
})

test('an error is written with its stack, other details as JSON, text as it is', () => {
  const { log, lines } = logged('error')
  log.error('failed', new RangeError('too far'))
  log.error('failed', 'just so')
  log.error('failed', [1, null])
  log.error('failed', null)
  assert.match(lines[0]!, /failed RangeError: too far\n\s+at /)
  assert.match(lines[1]!, /failed just so\n$/)
  assert.match(lines[2]!, /failed \[1,null\]\n$/)
  assert.match(lines[3]!, /failed null\n$/)
})

test('what JSON cannot hold is logged all the same: a log never throws', () => {
  const { log, lines } = logged('error')
  const circle: { self?: unknown } = {}
  circle.self = circle
  for (const details of [circle, { size: 1n }, Symbol('x'), () => 0])
    assert.doesNotThrow(() => log.error('odd', details))
  assert.equal(lines.length, 4)
})

// A secret could not be told from the line's own words if it were one of them.
const secret = fc.stringMatching(/^[0-9]{6,10}:[A-Za-z0-9_-]{20,35}$/)
const anything = anyCodePoints({ maxLength: 20 })

test('a secret is in no line, wherever it hides', () => {
  fc.assert(
    fc.property(secret, secret, anything, anything, (one, other, before, after) => {
      const { log, lines } = logged('debug', [one, other])
      const hidden = `${before}${one}${after}${other}${one}`
      log.info(hidden)
      log.error('text', hidden)
      log.warn('object', { url: hidden, [hidden]: [hidden] })
      log.debug('error', new Error(hidden, { cause: new Error(hidden) }))
      log.error('stack', Object.assign(new Error('x'), { stack: hidden }))
      assert.equal(lines.length, 5)
      for (const line of lines) for (const value of [one, other]) assert.ok(!line.includes(value), line)
      assert.ok(lines.every((line) => line.includes('<secret>')))
    }),
  )
})

test('the token is hidden inside Telegram’s addresses too', () => {
  const token = '123456:ABC-def_ghi'
  const { log, lines } = logged('error', [token])
  log.error('failed', new Error(`request to https://api.telegram.org/bot${token}/getUpdates failed`))
  assert.match(lines[0]!, /bot<secret>\/getUpdates/)
})

test('a secret that holds another is hidden whole', () => {
  for (const secrets of [
    ['abcdef', 'abcdefghi'],
    ['abcdefghi', 'abcdef'],
  ]) {
    const { log, lines } = logged('error', secrets)
    log.error('abcdefghi abcdef')
    assert.match(lines[0]!, / <secret> <secret>\n$/)
  }
})

test('an empty secret hides nothing', () => {
  const { log, lines } = logged('error', ['', ''])
  log.error('as it is')
  assert.match(lines[0]!, /as it is\n$/)
  assert.doesNotMatch(lines[0]!, /secret/)
})
