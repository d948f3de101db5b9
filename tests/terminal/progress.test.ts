import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Language } from '../../src/errors.ts'
import { progressDisplay } from '../../src/terminal/progress.ts'

/** A display with a clock set by hand, in seconds, and what it wrote. */
function display(isTTY: boolean, language: Language = 'zh') {
  const written: string[] = []
  let seconds = 100 // a steady clock need not start at zero
  const output = { isTTY, write: (text: string) => written.push(text) }
  const show = progressDisplay(output, language, () => seconds * 1000)
  return {
    written,
    at(second: number, done: number, total = 100) {
      seconds = 100 + second
      show({ stage: 'embedding', done, total })
    },
  }
}

test('a terminal shows one line that redraws itself, and ends it with the work', () => {
  const { written, at } = display(true)
  at(0, 0)
  at(2, 50)
  at(3, 75)
  at(4, 100)
  assert.deepEqual(written, [
    `\r${'░'.repeat(24)} 建立索引 0/100 段\u001b[K`,
    `\r${'█'.repeat(12)}${'░'.repeat(12)} 建立索引 50/100 段,每秒 25 段,还需 0:02\u001b[K`,
    `\r${'█'.repeat(18)}${'░'.repeat(6)} 建立索引 75/100 段,每秒 25 段,还需 0:01\u001b[K`,
    `\r${'█'.repeat(24)} 建立索引 100/100 段,每秒 25 段,还需 0:00\u001b[K\n`,
  ])
})

test('elsewhere a line is written at every tenth of the work', () => {
  const { written, at } = display(false, 'en')
  for (let done = 0; done <= 100; done += 4) at(done / 20, done)
  assert.equal(written.length, 11, '0 % and each tenth once')
  assert.equal(written[0], 'Indexing 0/100 passages\n')
  assert.equal(written[1], 'Indexing 12/100 passages, 20 a second, 0:05 left\n', '4.4 seconds, rounded up')
  assert.equal(written.at(-1), 'Indexing 100/100 passages, 20 a second, 0:00 left\n')
})

test('a step that passes several tenths is one line', () => {
  const { written, at } = display(false)
  at(1, 10)
  at(2, 95)
  at(3, 100)
  assert.deepEqual(
    written.map((line) => line.split(' ')[1]),
    ['10/100', '95/100', '100/100'],
  )
})

test('the time left is told in minutes and seconds', () => {
  const { written, at } = display(true, 'en')
  at(10, 10, 1300)
  assert.match(written[0]!, /10\/1300 passages, 1 a second, 21:30 left/)
})

test('work done at once has a rate all the same', () => {
  const { written, at } = display(true, 'en')
  at(0, 5, 5)
  assert.match(written[0]!, /5\/5 passages, \d+ a second, 0:00 left/)
})

test('no work at all shows nothing', () => {
  const { written, at } = display(true)
  at(0, 0, 0)
  assert.deepEqual(written, [])
})

test('reading is told once it takes a while, and embedding begins a line of its own', () => {
  const written: string[] = []
  let seconds = 0
  const show = progressDisplay({ write: (text: string) => written.push(text) }, 'en', () => seconds * 1000)
  show({ stage: 'reading', done: 1, total: 10 })
  seconds = 5
  show({ stage: 'reading', done: 5, total: 10 })
  show({ stage: 'embedding', done: 0, total: 20 })
  assert.deepEqual(written, ['Reading 5/10 files, 0:05 left\n', 'Indexing 0/20 passages\n'])
})
